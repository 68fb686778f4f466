"""How long alerts take: 10,000 monitors, of which 500 are confirmed to be down in one batch.

Runs on a database of its own, of the kind that MAINSTAY_DATABASE_URL names, and takes it away afterwards. It prints how
long the batch took to be taken in, how long after the confirmation each alert was handed to its channel, and what one
pass over the due cases costs. The target: 99 of 100 within two seconds of the confirmation.
"""

import json
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time, sleep

from _database import in_a_database_of_its_own

MONITORS, OUTAGES, CLIENTS, DOWN_CLIENTS, STAFF = 10_000, 500, 200, 10, 6
LOOK_EVERY_S = 0.4
PATIENCE_S = 5


def main() -> None:
    in_a_database_of_its_own(measure)


def measure(database: str) -> None:
    """Make the world, break a part of it, and print how long it took until people were told."""
    from django.urls import reverse  # late: Django had to be set up first
    from django.utils import timezone

    from mainstay.watch.codes import Code
    from mainstay.watch.models import Alert, AlertTold, Outage
    from tests.watch.many import monitors_of_many, seen

    monitors = monitors_of_many(MONITORS, clients=CLIENTS)
    name_managers()
    reverse("health")  # as the worker does when it starts
    now = timezone.now()
    take_in([seen(each, now - timedelta(seconds=40), Code.OK) for each in monitors])
    broken = [each for number, each in enumerate(monitors) if number % CLIENTS < DOWN_CLIENTS][:OUTAGES]
    watch_canaries(now)
    for ago_s in (15, 5):
        take_in([seen(each, now - timedelta(seconds=ago_s), Code.CONNECTION_REFUSED) for each in broken])
    confirmed_at = timezone.now()
    began, cpu = perf_counter(), process_time()
    take_in([seen(each, confirmed_at, Code.CONNECTION_REFUSED) for each in broken])
    taken_s, taken_cpu_s = perf_counter() - began, process_time() - cpu
    passes = tell_for(confirmed_at + timedelta(seconds=PATIENCE_S))
    handed = sorted(waits_of(Outage.objects.all()))
    print(f"{database}; {MONITORS} monitors of {CLIENTS} clients, {Outage.objects.count()} outages in one batch")
    print(f"taken in, judged, outages opened: {taken_s:.2f} s ({taken_cpu_s:.2f} s of CPU)")
    print(f"one pass over {AlertTold.objects.count()} steps: {', '.join(f'{each:.2f} s' for each in passes)}")
    print(f"letters: {Alert.objects.count()}, to {Alert.objects.values('recipient').distinct().count()} people")
    middle, late = handed[len(handed) // 2], handed[int(len(handed) * 0.99) - 1]
    print(f"from confirmation to handed over: median {middle:.2f} s, 99 of 100 {late:.2f} s, all {handed[-1]:.2f} s")
    print(f"the first letter: {Alert.objects.earliest('id').title}")
    figures = {"taken_s": taken_s, "handed_median_s": middle, "handed_p99_s": late, "handed_all_s": handed[-1]}
    rounded = {name: round(value, 2) for name, value in figures.items()}
    print(json.dumps({"bench": "alerts", "database": database, **rounded}))


def tell_for(until: datetime) -> list[float]:
    """Do what the lanes do until then; how long the passes took that sent something."""
    from mainstay.common.jobs import run_due  # late: Django had to be set up first
    from mainstay.watch import actions

    passes = []
    while datetime.now(UTC) < until:
        began = perf_counter()
        if actions.send_alerts(at=datetime.now(UTC)):
            passes.append(perf_counter() - began)
        run_due(datetime.now(UTC), queue="mail")
        sleep(LOOK_EVERY_S)
    return passes


def waits_of(outages) -> list[float]:
    """Seconds from the confirmation of each outage to the first letter about it that was handed over."""
    from django.db.models import Min  # late: Django had to be set up first

    sent = outages.annotate(sent_at=Min("alert_case__told__alert__notification__mail__sent_at"))
    return [(each.sent_at - each.confirmed_at).total_seconds() for each in sent]


def take_in(checks) -> None:
    """As the prober's writer does: in batches, each of which is one transaction."""
    from mainstay.watch import actions  # late: Django had to be set up first

    for start in range(0, len(checks), actions.BATCH_MAX):
        actions.take_in(checks=checks[start : start + actions.BATCH_MAX], at=datetime.now(UTC))


def watch_canaries(now: datetime) -> None:
    """What hardly ever fails answers: the websites are at fault, not the prober."""
    from mainstay.watch import actions  # late: Django had to be set up first
    from mainstay.watch.codes import Code
    from mainstay.watch.facts import CanaryLook

    looks = [CanaryLook("here", "https://c.example/", now - timedelta(seconds=s), True, Code.OK) for s in (20, 10, 1)]
    actions.take_in(checks=[], canaries=looks, at=now)


def name_managers() -> None:
    """Each client gets an account manager and a deputy out of a small staff."""
    from mainstay.access.facts import Role  # late: Django had to be set up first
    from mainstay.access.models import User
    from mainstay.clients.facts import Part
    from mainstay.clients.models import Assignment, Organisation

    people = [
        User.objects.create_user(f"person-{n}@agency.example", name=f"Person {n}", agency_role=Role.ACCOUNT_MANAGER)
        for n in range(STAFF)
    ]
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for number, client in enumerate(Organisation.objects.all()):
        for part, person in ((Part.MANAGER, people[number % STAFF]), (Part.DEPUTY, people[(number + 1) % STAFF])):
            Assignment.objects.create(client=client, user=person, part=part, starts_at=since)


if __name__ == "__main__":
    main()
