"""The panel about alerts on the console's page of a client."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from mainstay.clients.models import Organisation
from mainstay.watch.queries.alerts import alert_rules


def alerts_of_client(request: HttpRequest, client: Organisation) -> SafeString:
    """Whose alert rules hold for a client, and the way to them."""
    context = {"client": client, "own": alert_rules(client).count()}
    return SafeString(render_to_string("watch/panels/alerts_of_client.html", context, request=request))  # nosec B703 # our own template escapes
