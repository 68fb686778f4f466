"""How long the desk's pages take on a full table: lists, a kept view, a ticket's page, full-text search.

A million tickets with five messages each on PostgreSQL, 100,000 on SQLite (`TICKETS=20000` for another number), made
by the database itself; two in a hundred are under way. Then each page is asked for one after the other, and twenty
people work at once, each asking for a page every two to six seconds, on the site as it is served. The target: p95
below 100 ms for each.
Clocks are made for the tickets under way and the newest tenth of the others: no page reads those of more.
"""

import http.client
import json
import os
import random
import threading
from collections.abc import Callable
from http import HTTPStatus
from time import perf_counter, sleep
from typing import Any

from _database import in_a_database_of_its_own
from _site import cookie_of, site

TICKETS = {"postgresql": 1_000_000, "sqlite": 100_000}
MESSAGES, CLIENTS, STAFF, TEXTS, VOCABULARY = 5, 1_000, 20, 20_000, 20_000
ROUNDS, PEOPLE, PEOPLE_S, TARGET_MS = 40, 20, 60, 100


def main() -> None:
    in_a_database_of_its_own(measure)


def measure(database: str) -> None:
    """Make the world, ask for its pages, and print how long they took."""
    from django.conf import settings  # late: Django had to be set up first
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.SECURE_SSL_REDIRECT = False
    tickets = int(os.environ.get("TICKETS", TICKETS[connection.vendor]))
    began = perf_counter()
    staff, words = _make(tickets)
    print(f"{tickets:,} tickets, {tickets * MESSAGES:,} messages on {database}, made in {perf_counter() - began:.0f} s")
    pages = _pages(words)
    alone = {name: _alone(staff[0], address) for name, address in pages.items()}
    together = _together(staff, list(pages.values()))
    for name, (p95, queries) in alone.items():
        print(f"  {name:<16} p95 {p95:6.1f} ms, {queries} queries")
    print(f"  {PEOPLE} people      p95 {together:6.1f} ms over all pages")
    shown = {
        "database": database,
        "tickets": tickets,
        "p95_ms": {name: p95 for name, (p95, _) in alone.items()},
        "queries": {name: queries for name, (_, queries) in alone.items()},
        "people_p95_ms": together,
        "of_target": round(max(together, *(p95 for p95, _ in alone.values())) / TARGET_MS, 2),
    }
    print(json.dumps(shown))


def _pages(words: list[str]) -> dict[str, Callable[[random.Random], str]]:
    """For each kind of page an address, another one each time."""
    from django.db.models import Max, Min  # late: Django had to be set up first

    from mainstay.desk.models import Ticket

    ends = Ticket.objects.aggregate(first=Min("pk"), last=Max("pk"))

    def ticket(chance: random.Random) -> str:
        pk = chance.randint(ends["first"], ends["last"])
        return f"/console/desk/{Ticket.objects.get(pk=pk).reference}/"

    def client(chance: random.Random) -> str:
        return f"client-{chance.randrange(CLIENTS)}"

    rare, usual, common = words[-1_000:], words[200:2_000], words[:10]
    return {
        "queue": lambda _: "/console/desk/",
        "mine": lambda _: "/console/desk/?view=mine",
        "late": lambda _: "/console/desk/?view=late",
        "of a client": lambda chance: f"/console/desk/?client={client(chance)}&state=any",
        "kept view": lambda chance: f"/console/desk/?category={chance.choice(['attack', 'layout'])}&state=any",
        "any, newest": lambda _: "/console/desk/?state=any&sort=newest",
        "deep page": lambda chance: f"/console/desk/?state=any&sort=newest&page={_token(chance, ends)}",
        "ticket": ticket,
        "rare word": lambda chance: f"/console/desk/?words={chance.choice(rare)}+",
        "usual word": lambda chance: f"/console/desk/?words={chance.choice(usual)}+",
        "common word": lambda chance: f"/console/desk/?words={chance.choice(common)}+",
        "two words": lambda chance: f"/console/desk/?words={chance.choice(usual)}+{chance.choice(usual)}+",
        "word of a client": lambda chance: f"/console/desk/?words={chance.choice(usual)}+&client={client(chance)}",
        "portal": lambda chance: f"/portal/{client(chance)}/tickets/",
        "portal search": lambda chance: f"/portal/{client(chance)}/tickets/?q={chance.choice(usual)}+",
    }


def _token(chance: random.Random, ends: dict[str, int]) -> str:
    from mainstay.common.keyset import _written  # late: Django had to be set up first
    from mainstay.desk.models import Ticket

    row = Ticket.objects.get(pk=chance.randint(ends["first"], ends["last"]))
    return _written(row, ["opened_at", "id"])


def _alone(person: Any, address: Callable[[random.Random], str]) -> tuple[float, int]:
    """`(p95 in ms, the most queries)` of a page that is asked for again and again."""
    from django.db import connection, reset_queries  # late: Django had to be set up first
    from django.test.utils import CaptureQueriesContext

    browser, chance, times, queries = _browser(person), random.Random(7), [], 0
    for number in range(ROUNDS + 1):
        asked = address(chance)
        reset_queries()  # the log of a connection holds so many and no more
        with CaptureQueriesContext(connection) as seen:
            took = _took(browser, asked)
        if number:  # the first one compiles templates
            times.append(took)
            queries = max(queries, len(seen))
    return _p95_ms(times), queries


def _together(staff: list[Any], addresses: list[Callable[[random.Random], str]]) -> float:
    """The p95 in ms of all pages while twenty people work, each for a minute, on the site as it is served."""
    times: list[float] = []
    cookies = [cookie_of(person) for person in staff]

    def work(number: int, host: str) -> None:
        from django.db import connection  # late: Django had to be set up first

        chance, mine = random.Random(number), {"Cookie": cookies[number % len(cookies)]}
        _fetched(host, "/console/desk/", mine)
        ends = perf_counter() + PEOPLE_S
        while perf_counter() < ends:
            sleep(chance.uniform(2, 6))
            asked = chance.choice(addresses)(chance)
            times.append(_fetched(host, asked, mine))
        connection.close()

    with site() as host:
        threads = [threading.Thread(target=work, args=(number, host)) for number in range(PEOPLE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return _p95_ms(times)


def _fetched(host: str, address: str, headers: dict[str, str]) -> float:
    """How long a page took, to its last byte."""
    link = http.client.HTTPConnection(host, timeout=30)
    began = perf_counter()
    link.request("GET", address, headers=headers)
    answer = link.getresponse()
    answer.read()
    took = perf_counter() - began
    link.close()
    assert answer.status == HTTPStatus.OK, (address, answer.status)
    return took


def _browser(person: Any) -> Any:
    from django.test import Client  # late: Django had to be set up first

    browser = Client()
    browser.force_login(person)
    return browser


def _took(browser: Any, address: str) -> float:
    began = perf_counter()
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return perf_counter() - began


def _p95_ms(times: list[float]) -> float:
    return round(sorted(times)[int(len(times) * 0.95) - 1] * 1000, 1)


def _make(tickets: int) -> tuple[list[Any], list[str]]:
    """The world, and the words in it from the commonest to the rarest."""
    from django.db import connection  # late: Django had to be set up first
    from django.utils import timezone

    from mainstay.access.facts import Role
    from mainstay.access.models import User
    from mainstay.clients.facts import OrganisationKind
    from mainstay.clients.models import Organisation

    now, chance = timezone.now(), random.Random(1)
    staff = [
        User.objects.create_user(f"s{n}@example.org", name=f"Staff {n}", agency_role=Role.ADMINISTRATOR)
        for n in range(STAFF)
    ]
    clients = Organisation.objects.bulk_create(
        Organisation(name=f"Client {n}", slug=f"client-{n}", kind=OrganisationKind.CLIENT, created_at=now)
        for n in range(CLIENTS)
    )
    words = [f"w{_letters(n)}" for n in range(VOCABULARY)]
    weights = [1 / (n + 1) for n in range(VOCABULARY)]  # Zipf's law
    texts = [" ".join(chance.choices(words, weights, k=30)) for _ in range(TEXTS)]
    of = {
        "tickets": tickets, "messages": tickets * MESSAGES, "client": clients[0].pk, "clients": CLIENTS,
        "staff": staff[0].pk, "people": STAFF, "texts": TEXTS, "each": MESSAGES, "clocks": tickets // 10,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE a_text (id integer PRIMARY KEY, said text, words text)")
        cursor.executemany(
            "INSERT INTO a_text VALUES (%s, %s, %s)", [(n, text, _indexed(text)) for n, text in enumerate(texts)]
        )
        script = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
        for statement in (*script, *_SAME):
            cursor.execute(statement.format(**of, **_DIALECT[connection.vendor]))
        if connection.vendor == "postgresql":
            cursor.execute("CREATE INDEX desk_messagetext_words ON desk_messagetext USING gin (words)")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("INSERT INTO desk_messagetext (desk_messagetext) VALUES ('optimize')")
    return staff, words


def _letters(number: int) -> str:
    """A word that no stemmer touches."""
    return "".join("bcdfghjklmnpqrtvxz"[int(digit)] for digit in f"{number:05d}")


def _indexed(text: str) -> str:
    from django.db import connection  # late: Django had to be set up first

    from mainstay.common import search

    return str(search.WordsField().get_db_prep_value(search.words_of(text), connection))


_DIALECT = {
    "postgresql": {
        "series": "generate_series(1, {n}) AS n(i)",
        "ago": "now() - {s} * interval '1 second'",
        "true": "true",
        "false": "false",
        "mark": "(x.words || ' ''_c' || m.client_id || ''' ''_public''')::tsvector",
    },
    "sqlite": {
        "series": "",
        "ago": "",
        "true": "1",
        "false": "0",
        "mark": "x.words || ' _c' || m.client_id || ' _public'",
    },
}


def _rows(many: str) -> str:
    """The numbers from 1 on, as both databases count."""
    return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})"


_TICKET_COLUMNS = (
    "client_id, reference, subject, audience, channel, category, impact, urgency, priority, priority_reason, state,"
    " needs_hand, is_imported, requester_name, requester_address, assignee_id, opened_at, updated_at, resolved_at,"
    " closed_at, close_code, next_due_at, waiting_at, language, requester_phone"
)


def _tickets(ago: str, due: str) -> str:
    """Tickets: one in fifty under way, of which a tenth waits; the newest have the highest numbers."""
    return (
        f"INSERT INTO desk_ticket ({_TICKET_COLUMNS}) SELECT {{client}} + (i * 7919) % {{clients}},"
        " 'MS-2026-' || (100000 + i), substr(x.said, 1, 60), 'website_user', 'mail',"
        " CASE i % 9 WHEN 0 THEN 'attack' WHEN 1 THEN 'layout' ELSE 'other' END, 'medium', 'medium', 1 + i % 4, '',"
        " CASE WHEN i % 50 = 0 THEN 'open' ELSE 'closed' END, {false}, {false}, 'Reader ' || i % 5000,"
        " 'r' || i % 5000 || '@example.org', CASE WHEN i % 3 = 0 THEN NULL ELSE {staff} + i % {people} END,"
        f" {ago.format(s='({tickets} - i) * 30 + 3600')}, {ago.format(s='({tickets} - i) * 30')},"
        f" CASE WHEN i % 50 = 0 THEN NULL ELSE {ago.format(s='({tickets} - i) * 30')} END,"
        f" CASE WHEN i % 50 = 0 THEN NULL ELSE {ago.format(s='({tickets} - i) * 30')} END, '',"
        f" CASE WHEN i % 50 = 0 THEN {due} END, NULL, '', ''"
    )


_PG_AGO, _LITE_AGO = "now() - ({s}) * interval '1 second'", "datetime('now', '-' || ({s}) || ' seconds')"
_POSTGRESQL = (
    "DROP INDEX desk_messagetext_words",
    _tickets(_PG_AGO, "now() + (i % 200000 - 10000) * interval '1 second'")
    + " FROM generate_series(1::bigint, {tickets}) AS n(i) JOIN a_text x ON x.id = (i * 7919) % {texts}",
)
_SQLITE = (
    _tickets(_LITE_AGO, "datetime('now', (i % 200000 - 10000) || ' seconds')").replace(
        "INSERT INTO", _rows("{tickets}") + " INSERT INTO", 1
    )
    + " FROM n JOIN a_text x ON x.id = (i * 7919) % {texts}",
)
_SAME = (
    (
        "INSERT INTO desk_message (ticket_id, client_id, kind, channel, is_public, is_automatic, at, author_name,"
        " author_address, is_participant, code, text, full_text, html_clean, message_id, in_reply_to, is_indexed)"
        " SELECT t.id, t.client_id, CASE WHEN k.id % 2 = 0 THEN 'inbound' ELSE 'reply' END, 'mail', {true}, {false},"
        " t.opened_at, 'Reader', 'r@example.org', {true}, '', x.said, '', '', '', '', {true}"
        " FROM desk_ticket t JOIN a_text k ON k.id < {each}"
        " JOIN a_text x ON x.id = (t.id * 104729 + k.id * 7919) % {texts} ORDER BY t.id, k.id"
    ),
    (
        "INSERT INTO desk_messagetext (rowid, words) SELECT m.id, {mark} FROM desk_message m"
        " JOIN a_text x ON x.id = (m.ticket_id * 104729 + ((m.id - 1) % {each}) * 7919) % {texts} ORDER BY m.id"
    ),
    (
        "INSERT INTO desk_ticketclock (ticket_id, client_id, kind, number, priority, started_at, due_at, stopped_at)"
        " SELECT t.id, t.client_id, 'resolution', 1, t.priority, t.opened_at, t.next_due_at, t.resolved_at"
        " FROM desk_ticket t WHERE t.state = 'open' OR t.id > (SELECT max(id) FROM desk_ticket) - {clocks}"
    ),
    (
        "INSERT INTO desk_clockevent (clock_id, client_id, act, at, cause)"
        " SELECT id, client_id, 'start', started_at, 'opened' FROM desk_ticketclock"
    ),
    (
        "INSERT INTO desk_clockevent (clock_id, client_id, act, at, cause)"
        " SELECT id, client_id, 'stop', stopped_at, 'resolved' FROM desk_ticketclock WHERE stopped_at IS NOT NULL"
    ),
)


if __name__ == "__main__":
    main()
