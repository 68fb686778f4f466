"""Row-level security: the second wall, behind the gates. On SQLite there is none, and nothing asks for it."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from mainstay.clients import actions
from mainstay.clients.models import Contact, Organisation, Website
from mainstay.clients.web.tenancy import clients_of
from mainstay.common import tenancy, walls
from mainstay.common.models import FactRecord
from mainstay.desk.models import Ticket
from tests.cast import Cast

HAS_WALLS = connection.vendor == "postgresql"
A_AND_B = 2


@pytest.fixture
def ask(rf: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What a view without any gate or filter finds in a request of a person: `ask(cast.a_viewer, lambda: …)`."""
    monkeypatch.setattr(tenancy, "_sees", clients_of)

    def ask_(person: Any, look: Callable[[], Any]) -> Any:
        found: list[Any] = []

        def view(request: HttpRequest) -> HttpResponse:
            found.append(look())
            return HttpResponse()

        request = rf.get("/portal/")
        request.user = person
        tenancy.ClientScopeMiddleware(view)(request)
        return found[0]

    return ask_


def test_the_suite_does_not_run_as_somebody_whom_no_wall_stops(db: None) -> None:
    if not HAS_WALLS:
        assert walls.raise_walls() == []
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,), "run PostgreSQL's tests as a role without superuser's rights"


def test_every_table_that_carries_a_client_has_a_wall(db: None) -> None:
    carrying = {
        model._meta.db_table
        for model in apps.get_models()
        if any(each.name == "client" and each.related_model is Organisation for each in model._meta.concrete_fields)
    }
    assert {each.table for each in walls.walls()} == carrying | {"clients_organisation"}
    assert len(carrying) > 80
    if HAS_WALLS:
        assert walls.missing() == []


def test_a_new_table_without_a_wall_is_found_and_gets_one(db: None) -> None:
    if not HAS_WALLS:
        assert walls.raise_walls() == []
        return
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_ticket NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"DROP POLICY {walls.NAME} ON clients_website")
    assert walls.missing() == ["clients_website", "desk_ticket"]
    assert sorted(walls.raise_walls()) == ["clients_website", "desk_ticket"]
    assert walls.missing() == walls.raise_walls() == []


@pytest.mark.parametrize("model", [Website, Contact, Ticket, Organisation, FactRecord])
def test_a_query_that_forgot_its_filter_finds_nothing_of_others(
    cast: Cast, ask: Callable[..., Any], model: type[models.Model]
) -> None:
    cast.ticket(cast.a), cast.ticket(cast.b)
    column = "pk" if model is Organisation else "client_id"
    everything = set(model._base_manager.values_list(column, flat=True))
    of_a = ask(cast.a_viewer, lambda: set(model._base_manager.values_list(column, flat=True)))
    assert {cast.a.pk, cast.b.pk} <= everything
    assert cast.a.pk in of_a
    assert (cast.b.pk in of_a) is not HAS_WALLS
    assert ask(cast.helper, lambda: set(model._base_manager.values_list(column, flat=True))) == everything


def test_raw_sql_is_walled_too(cast: Cast, ask: Callable[..., Any]) -> None:
    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clients_website WHERE client_id = %s", [cast.b.pk])
            return int(cursor.fetchone()[0])

    assert count() == 1
    assert ask(cast.a_viewer, count) == (0 if HAS_WALLS else 1)


def test_nothing_is_written_for_others(cast: Cast, ask: Callable[..., Any]) -> None:
    if not HAS_WALLS:
        assert walls.raise_walls() == []
        return
    website = cast.b.websites.get()

    def change() -> int:
        return (
            Website.objects.filter(pk=website.pk).update(name="Taken")
            + Website.objects.filter(pk=website.pk).delete()[0]
        )

    assert ask(cast.a_administrator, change) == 0

    def move() -> None:
        with transaction.atomic():
            Website.objects.filter(client=cast.a).update(client=cast.b)

    with pytest.raises(DatabaseError, match="row-level security"):
        ask(cast.a_administrator, move)
    assert cast.b.websites.get().name == website.name


def test_a_stranger_sees_no_client(cast: Cast, ask: Callable[..., Any]) -> None:
    found = ask(AnonymousUser(), lambda: set(Organisation.objects.values_list("pk", flat=True)))
    assert found == ({cast.agency.pk} if HAS_WALLS else {cast.agency.pk, cast.a.pk, cast.b.pk})


def test_what_is_sent_bit_by_bit_stays_behind_the_wall(cast: Cast, rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenancy, "_sees", lambda request: [cast.a.pk])
    answer = tenancy.ClientScopeMiddleware(
        lambda request: StreamingHttpResponse(
            f"{each.client_id} " for each in Website.objects.order_by("pk").iterator()
        )
    )(rf.get("/"))
    sent = b"".join(answer.streaming_content).decode().split()
    assert sent == ([str(cast.a.pk)] if HAS_WALLS else [str(cast.a.pk), str(cast.b.pk)])
    assert Website.objects.count() == A_AND_B


def test_a_connection_that_says_nothing_sees_no_client(cast: Cast) -> None:
    with tenancy.scope(()):
        assert Website.objects.count() == (0 if HAS_WALLS else A_AND_B)
    if HAS_WALLS:
        way = {name: value for name, value in connection.get_connection_params().items() if name != "options"}
        way.pop("cursor_factory", None)
        with psycopg.connect(**way) as bare:
            (sees_all,) = bare.execute(f"SELECT coalesce({walls.EVERYTHING}, false)").fetchone() or (None,)
            assert sees_all is False
    assert Website.objects.count() == A_AND_B


def test_an_index_is_still_used(cast: Cast) -> None:
    """The wall asks for its setting once a query, and a filter by client finds its index."""
    if not HAS_WALLS:
        assert walls.raise_walls() == []
        return
    found = FactRecord.objects.filter(client=cast.a).order_by("-at")[:10]
    with transaction.atomic(), tenancy.scope([cast.a.pk]), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        said = found.explain()
    assert "fact_client_at" in said and "InitPlan" in said


def test_a_client_can_still_be_taken_on_and_work(cast: Cast, ask: Callable[..., Any], now: Any) -> None:
    contact = cast.a.contacts.get(user=cast.a_viewer)
    ask(
        cast.a_administrator,
        lambda: actions.change_contact(contact=contact, name="Vera New", by=cast.a_administrator, at=now),
    )
    contact.refresh_from_db()
    assert contact.name == "Vera New"
