"""The portfolio: clients, or websites, by the chance of breaking the downtime promise before the anniversary."""

from django.core.paginator import Paginator
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import asked
from mainstay.clients import gates
from mainstay.promises.models import WebsiteForecast
from mainstay.promises.queries import portfolio as queries

PAGE_SIZE = 50
BY = {"clients": "Clients", "websites": "Websites"}


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """All clients or websites that the person may see, ranked; what hit several of them, once."""
    gates.require(request.user, Permission.CONSOLE_USE)
    clients = gates.clients_for(request.user, Permission.PROMISE_VIEW).filter(is_active=True)
    by = request.GET["by"] if request.GET.get("by") in BY else "clients"
    orders = queries.CLIENT_ORDERS if by == "clients" else queries.WEBSITE_ORDERS
    sort = request.GET["sort"] if request.GET.get("sort") in orders else "chance"
    show = request.GET["show"] if request.GET.get("show") in queries.SHOW else "all"
    words = asked.words(request)
    listed = queries.clients_listed if by == "clients" else queries.websites_listed
    page = Paginator(listed(clients, words=words, show=show, order=sort), PAGE_SIZE).get_page(request.GET.get("page"))
    oldest = WebsiteForecast.objects.filter(client__in=clients, website__is_active=True).aggregate(at=Min("as_of"))
    return kit.page(
        request,
        "promises/portfolio.html",
        page=page,
        rows=queries.client_rows([each["client"] for each in page]) if by == "clients" else list(page),
        words=words,
        by=by,
        bys=BY.items(),
        sort=sort,
        sorts=[(key, label) for key, (label, _) in orders.items()],
        show=show,
        shows=[(key, label) for key, (label, _) in queries.SHOW.items()],
        as_of=oldest["at"],
        shared=queries.shared_failures(clients, timezone.now()),
    )
