"""How often a visitor may do what costs something: the accounts library's counters, for pages of our own."""

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

RATES = {
    "register": "20/h/ip",
    "register_address": "5/h/key",
    "ask_access": "10/h/key",
    "register_finish": "20/m/ip",
    "organisation": "30/m/ip",
    "scim": "600/m/ip",
    "idp_token": "240/m/ip",
    "help_page_send": "60/10m/ip",
    "help_page_open": "10/h/ip,40/d/ip",
    "help_page_of_sender": "5/h/key",
    "help_page_all": "60/h/key",
    "help_page_suggest": "60/m/ip",
}
"""For each act how many in how long, an address of the network (`ip`) or what `key` names; all have to allow it."""


def allowed(request: HttpRequest, act: str, *, key: str | None = None) -> bool:
    """Whether the visitor may do it once more now; counts it when so."""
    return consume(request, app="mainstay", action=act, config=RATES, key=key, limit_get=True) is not None
