"""Two pages that write: one works, one breaks after writing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from mainstay.common.models import PeriodicSlot


@csrf_exempt
def works(request: HttpRequest) -> HttpResponse:
    PeriodicSlot.objects.create(task="written", slot_at=timezone.now())
    return HttpResponse()


@csrf_exempt
def breaks(request: HttpRequest) -> HttpResponse:
    works(request)
    raise RuntimeError("after writing")


urlpatterns = [path("works/", works), path("breaks/", breaks)]
