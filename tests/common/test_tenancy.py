"""For whom a transaction works."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from mainstay.common import jobs, tenancy
from mainstay.common.models import PeriodicSlot
from tests.common import chores

ON_POSTGRESQL = "postgresql"


def current():
    """The clients that the database knows of now; None on SQLite."""
    if connection.vendor != ON_POSTGRESQL:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('mainstay.clients', true)")
        return cursor.fetchone()[0] or ""


def expected(value):
    return value if connection.vendor == ON_POSTGRESQL else None


@pytest.fixture(autouse=True)
def _nobody_registered(monkeypatch):
    """Only what a test says decides whom a request works for."""
    monkeypatch.setattr(tenancy, "_sees", None)


@pytest.fixture
def sees(monkeypatch):
    """Let requests see some clients: `sees([3, 7])`."""
    return lambda visible: monkeypatch.setattr(tenancy, "_sees", lambda request: visible)


@pytest.fixture
def ask(rf):
    """Send a request through the middleware to a view: `ask(view, "get")`."""

    def ask_(view, method="get"):
        return tenancy.ClientScopeMiddleware(view)(getattr(rf, method)("/"))

    return ask_


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("visible", "written"), [([7, 3], "3,7"), ((), ""), ("*", "*"), (iter([5]), "5")])
def test_request_works_for_the_clients_its_person_sees(sees, ask, visible, written):
    sees(visible)
    seen = []
    ask(lambda request: seen.append(current()) or HttpResponse())
    assert seen == [expected(written)]
    assert current() == expected("*")


@pytest.mark.django_db(transaction=True)
def test_request_sees_none_where_nothing_says_whom_it_works_for(ask):
    seen = []
    ask(lambda request: seen.append(current()) or HttpResponse())
    assert seen == [expected("")]


@pytest.mark.django_db(transaction=True)
def test_request_is_one_transaction_on_postgresql_and_none_on_sqlite(ask):
    seen = []
    ask(lambda request: seen.append(connection.in_atomic_block) or HttpResponse())
    assert seen == [connection.vendor == ON_POSTGRESQL]


@pytest.mark.django_db(transaction=True)
def test_reading_takes_no_lock_on_sqlite(ask):
    with CaptureQueriesContext(connection) as queries:
        ask(lambda request: HttpResponse(str(PeriodicSlot.objects.count())))
    begun = [each["sql"] for each in queries if each["sql"].startswith("BEGIN")]
    assert (begun == []) == (connection.vendor == "sqlite")


@pytest.mark.django_db(transaction=True)
def test_broken_view_leaves_nothing_half_done_on_postgresql(client, settings):
    settings.ROOT_URLCONF = "tests.common.urls"
    settings.MIDDLEWARE = ["mainstay.common.tenancy.ClientScopeMiddleware"]
    client.raise_request_exception = False
    assert client.post("/breaks/").status_code == 500
    assert PeriodicSlot.objects.exists() == (connection.vendor != ON_POSTGRESQL)
    PeriodicSlot.objects.all().delete()
    assert client.post("/works/").status_code == 200
    assert PeriodicSlot.objects.count() == 1


class Answering:
    """A middleware that reads the database to find its answer to an exception, as allauth's does."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return HttpResponse(f"{PeriodicSlot.objects.count()} seen")


@pytest.mark.django_db(transaction=True)
def test_others_may_read_the_database_to_answer_an_exception(client, settings):
    settings.ROOT_URLCONF = "tests.common.urls"
    settings.MIDDLEWARE = [f"{__name__}.Answering", "mainstay.common.tenancy.ClientScopeMiddleware"]
    answer = client.post("/breaks/")
    assert answer.status_code == 200
    assert answer.content == b"1 seen"
    assert PeriodicSlot.objects.exists() == (connection.vendor != ON_POSTGRESQL)


@pytest.mark.django_db(transaction=True)
def test_scope_ends_with_its_block_inside_and_outside_a_transaction():
    with tenancy.scope([1]):
        assert current() == expected("1")
        with transaction.atomic(), tenancy.scope([2]):
            assert current() == expected("2")
        assert current() == expected("1")
    assert current() == expected("*")


@pytest.mark.django_db(transaction=True)
def test_scope_does_not_outlive_a_transaction_that_fails():
    with pytest.raises(RuntimeError), transaction.atomic(), tenancy.scope([2]):
        raise RuntimeError
    assert current() == expected("*")


@pytest.mark.django_db
def test_jobs_work_for_all_clients(tmp_path, now):
    @jobs.task(queue="bulk")
    def look() -> None:
        chores.note(str(tmp_path / "notes"), current() or "-")

    look.enqueue()
    jobs.run_due(now)
    assert chores.lines(tmp_path / "notes") == [expected("*") or "-"]


def test_ids_are_numbers():
    with pytest.raises(ValueError, match="invalid literal"):
        tenancy._written(["1'); DROP TABLE x; --"])  # type: ignore[list-item]
