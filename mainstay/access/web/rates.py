"""How often a visitor may do what costs something: the accounts library's counters, for pages of our own.

They stand in the cache, which is a table of the database: all processes that serve the site count together.
"""

import ipaddress

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

from mainstay.access.web.callers import address_of

RATES = {
    "register": "20/h/ip",
    "register_address": "5/h/key",
    "ask_access": "10/h/key",
    "register_finish": "20/m/ip",
    "organisation": "30/m/ip",
    "provider_trial": "30/h/key",
    "scim": "600/m/ip",
    "idp_token": "240/m/ip",  # nosec B105 # rates, no secrets
    "help_page_send": "60/10m/ip",
    "help_page_open": "10/h/ip,40/d/ip",
    "help_page_of_sender": "5/h/key",
    "help_page_all": "60/h/key",
    "help_page_suggest": "60/m/ip",
    "code": "20/h/ip",
    "code_address": "5/h/key",
    "code_answer": "20/10m/ip",
    "passkey_options": "60/m/ip",
    "factor_reset": "10/10m/ip",
}
"""For each act how many in how long, an address of the network (`ip`) or what `key` names; all have to allow it."""

NETWORKS = {
    "sign_in": "120/5m/key",
    "register": "60/h/key",
    "recover": "60/h/key",
    "code": "60/h/key",
}
"""The same for a network (the first 24 bits of an IPv4 address, 48 of an IPv6 one): whoever has a whole one."""

ALTOGETHER = {
    "sign_in": "3000/5m/key",
    "register": "600/h/key",
    "recover": "600/h/key",
    "code": "600/h/key",
}
"""The same for everybody together: far above what people do, and below what floods mailboxes."""

NETWORK_BITS = {4: 24, 6: 48}


def allowed(request: HttpRequest, act: str, *, key: str | None = None) -> bool:
    """Whether the visitor may do it once more now; counts it when so."""
    return consume(request, app="mainstay", action=act, config=RATES, key=key, limit_get=True) is not None


def allowed_everywhere(request: HttpRequest, act: str) -> bool:
    """Whether the visitor's network, and everybody together, may do it once more now; counts it when so."""
    of_network = {"app": "mainstay-network", "config": NETWORKS, "key": network_of(address_of(request))}
    of_all = {"app": "mainstay-all", "config": ALTOGETHER, "key": "all"}
    return all(consume(request, action=act, limit_get=True, **each) is not None for each in (of_network, of_all))


def network_of(address: str) -> str:
    """The network that an address lies in; the text itself where it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network((found, NETWORK_BITS[found.version]), strict=False))
