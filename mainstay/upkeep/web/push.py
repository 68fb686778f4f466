"""Where a website, or the server beneath it, says by itself what is installed: no port of it has to be open."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mainstay.common import facts, tenancy
from mainstay.upkeep import actions, gates, inventories

TEXT = "text/plain; charset=utf-8"
PROCESS = facts.Process("inventory")


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take in a file, sent as the field `file` of a form: `curl -F file=@composer.lock ADDRESS`."""
    try:
        with tenancy.everything():
            source = gates.source_with(token)
        file = request.FILES.get("file")
        if file is None:
            return HttpResponse("Send a file: curl -F file=@composer.lock ADDRESS\n", TEXT, status=400)
        if (file.size or 0) > inventories.FILE_MAX:
            return HttpResponse(
                f"The file is larger than {inventories.FILE_MAX // 1024 // 1024} MB.\n", TEXT, status=413
            )
        inventory = inventories.read(file.name or "", file.read())
        with tenancy.scope([source.client_id]):
            snapshot = actions.take_inventory(source=source, inventory=inventory, by=PROCESS, at=timezone.now())
    except Http404:
        return HttpResponse("There is no such source.\n", TEXT, status=404)
    except inventories.NotAnInventory as problem:
        return HttpResponse(f"{problem}\n", TEXT, status=422)
    except actions.SourceGone as problem:
        return HttpResponse(f"{problem}\n", TEXT, status=410)
    return HttpResponse(f"{snapshot.count} components.\n", TEXT)
