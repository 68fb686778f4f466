"""What is known of the live demo websites."""

from django.db.models import Min

from mainstay.clients.models import Website
from mainstay.demo.models import LiveSite


def house_port() -> int:
    """Where all websites that cannot be broken are served: the port before the first live one's."""
    first = LiveSite.objects.aggregate(first=Min("port"))["first"]
    return int(first) - 1


def live_site_of(website: Website) -> LiveSite | None:
    """The live demo website that `website` is, if it is one."""
    return LiveSite.objects.filter(website=website).first()
