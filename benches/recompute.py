"""Due dates of 100,000 open tickets counted anew after a calendar change, on the database of MAINSTAY_DATABASE_URL.

Says where the time goes: reading the clocks and their events, computing when each is due, and carrying it out (rows,
what they were before, a line on each ticket's story, a fact). The floor is what the database needs to read the same
rows and to write as many due dates by itself, by the driver and without a thought. Prints processor seconds of this
process.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import perf_counter, process_time
from typing import Any

from _database import in_a_database_of_its_own

TICKETS = int(os.environ.get("TICKETS", "100000"))
CLIENTS = 100
SPREAD = timedelta(days=21)
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
CLOSED = ["2026-06-03", "2026-06-04"]
PAUSED_EVERY = 10
"""One resolution of so many was paused for a day and goes on, and one of as many stands."""


def spent(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Processor seconds and seconds on the wall that `work` took, and what it gave."""
    cpu, wall = process_time(), perf_counter()
    found = work()
    return process_time() - cpu, perf_counter() - wall, found


def fill() -> Any:
    """The agency, its clients under an agreement, and their open tickets; somebody who may let clocks be counted."""
    from mainstay.access.models import User
    from mainstay.clients import actions as clients
    from mainstay.common.facts import Process

    bench, since = Process("bench"), datetime(2025, 1, 1, tzinfo=UTC)
    who = User.objects.create(email="ada@example.org", name="Ada", agency_role="administrator")
    clients.create_agency(name="Agency", starts_on=date(2025, 1, 1), by=bench, at=since)
    served = [
        clients.create_client(name=f"Client {n}", slug=f"c{n}", starts_on=date(2025, 1, 1), by=bench, at=since)
        for n in range(CLIENTS)
    ]
    fill_tickets([(each, each.agreements.get()) for each in served])
    return who, served


def fill_tickets(served: list[Any]) -> None:
    """Each ticket with its resolution clock, and every second one with a first response that is owed."""
    from mainstay.desk.models import ClockEvent, Ticket, TicketClock
    from mainstay.desk.queries.timing import Yardsticks

    dice = random.Random(5)
    tickets = []
    for n in range(TICKETS):
        client, agreement = served[n % CLIENTS]
        opened_at = NOW - timedelta(seconds=dice.randrange(int(SPREAD.total_seconds())))
        tickets.append(
            Ticket(
                client=client, agreement=agreement, reference=f"B-{n}", subject="Bench", audience="website_user",
                channel="mail", impact="medium", urgency="medium", priority=dice.choice((1, 2, 3, 3, 3, 4)),
                opened_at=opened_at, updated_at=opened_at,
            )
        )  # fmt: skip
    tickets = Ticket.objects.bulk_create(tickets, batch_size=2_000)
    measures, clocks, happened = Yardsticks(), [], []
    for n, ticket in enumerate(tickets):
        for kind in ("resolution", "first_response")[: 1 + n % 2]:
            did = acts(kind, n, ticket)
            events = [ClockEvent(client=ticket.client, act=act, at=at, cause="bench") for act, at in did]
            clock = TicketClock(
                ticket=ticket, client=ticket.client, kind=kind, priority=ticket.priority, started_at=ticket.opened_at
            )
            clock.due_at = measures.of(ticket.agreement).clock(clock, events).due(NOW)
            clocks.append(clock)
            happened.append(events)
    clocks = TicketClock.objects.bulk_create(clocks, batch_size=2_000)
    for clock, events in zip(clocks, happened, strict=True):
        for each in events:
            each.clock = clock
    ClockEvent.objects.bulk_create([each for events in happened for each in events], batch_size=2_000)


def acts(kind: str, number: int, ticket: Any) -> list[tuple[str, datetime]]:
    """What happened to a clock: most only began."""
    found = [("start", ticket.opened_at)]
    if kind == "resolution" and number % PAUSED_EVERY < 2:
        found.append(("pause", ticket.opened_at + timedelta(minutes=7)))
    if kind == "resolution" and number % PAUSED_EVERY == 1:
        found.append(("resume", ticket.opened_at + timedelta(days=1)))
    return found


def change_calendars(served: list[Any]) -> None:
    from mainstay.clients import actions as clients
    from mainstay.common.facts import Process

    terms = {"support": {"exceptions": {day: [] for day in CLOSED}}}
    for client in served:
        clients.sign_agreement(
            client=client, effective_from=date(2026, 5, 30), terms=terms, by=Process("bench"), at=NOW
        )  # fmt: skip


def floor() -> tuple[float, float]:
    """Reading the rows and writing the due dates again, by the driver. Processor and wall seconds."""
    from django.db import connection, transaction

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id, c.ticket_id, c.client_id, c.kind, c.priority, c.started_at, c.due_at, c.calendar_id,"
                " t.agreement_id FROM desk_ticketclock c JOIN desk_ticket t ON t.id = c.ticket_id"
                " WHERE c.stopped_at IS NULL AND c.cancelled_at IS NULL"
            )
            rows = [(row[6], row[0]) for row in cursor.fetchall()]
            cursor.execute("SELECT clock_id, at, act FROM desk_clockevent WHERE act <> 'start'")
            cursor.fetchall()
            cursor.executemany("UPDATE desk_ticketclock SET due_at = %s WHERE id = %s", rows)

    cpu, wall, _ = spent(work)
    return cpu, wall


def look() -> dict[str, float]:
    """Reading and computing, each by itself."""
    from mainstay.desk.queries import recounting
    from mainstay.desk.queries.recounting import Recounter

    counter = Recounter(NOW)
    kept: list[tuple[Any, Any]] = []
    count = counter.count

    def keep(rows: Any, events: Any) -> list[Any]:
        kept.append((rows, events))
        return []

    def read_all() -> None:
        last = 0
        while ids := recounting.next_tickets(None, last):
            counter.of_tickets(ids)
            last = ids[-1]

    counter.count = keep  # type: ignore[method-assign]
    read_cpu, read_wall, _ = spent(read_all)
    compute_cpu, compute_wall, found = spent(lambda: [each for rows, events in kept for each in count(rows, events)])
    moved = sum(each.is_moved for each in found)
    print(f"{len(found)} clocks on {TICKETS} tickets; {moved} would be due at another instant")
    return {
        "clocks": len(found),
        "read_cpu_s": round(read_cpu, 2),
        "read_s": round(read_wall, 2),
        "compute_cpu_s": round(compute_cpu, 2),
        "compute_s": round(compute_wall, 2),
    }


def carry_out(who: Any) -> tuple[float, float, Any]:
    """All of it as the worker does it."""
    from mainstay.desk import actions
    from mainstay.desk.queries.recounting import Recounter

    asked = actions.ask_recomputation(client=None, by=who, at=NOW)
    actions.look_through(recomputation=asked, at=NOW)
    asked.refresh_from_db()
    actions.confirm_recomputation(recomputation=asked, reason="Two days are holidays.", by=who, at=NOW)

    def work() -> None:
        counter = Recounter(NOW, NOW)
        while actions.recompute_turn(recomputation=asked, at=NOW, counter=counter):
            pass

    cpu, wall, _ = spent(work)
    asked.refresh_from_db()
    return cpu, wall, asked


def measure(database: str) -> None:
    who, served = fill()
    change_calendars(served)
    floor_cpu, floor_wall = floor()
    found = look()
    cpu, wall, done = carry_out(who)
    assert done.state == "done"
    assert done.changed > TICKETS // 20, f"only {done.changed} moved: the bench compares nothing"
    computing = found["read_cpu_s"] + found["compute_cpu_s"]
    print(
        json.dumps({
            "bench": "recompute", "database": database, "tickets": TICKETS, **found,
            "computing_cpu_s": round(computing, 2),
            "floor_cpu_s": round(floor_cpu, 2), "floor_s": round(floor_wall, 2),
            "ratio": round(computing / floor_cpu, 2), "carried_out_cpu_s": round(cpu, 2),
            "carried_out_s": round(wall, 2), "moved": done.changed,
        })
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(in_a_database_of_its_own(measure))
