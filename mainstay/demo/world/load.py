"""Makes the demo world: everything in the order in which it happened, through the actions of real use."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.clients.models import Organisation, Website
from mainstay.clients.rules.recurrence import Recurrence
from mainstay.common import facts
from mainstay.demo.live.certificates import certificates
from mainstay.demo.live.ports import free_ports
from mainstay.demo.models import LiveSite
from mainstay.demo.world import history, watched
from mainstay.demo.world.care import look_after
from mainstay.demo.world.cast import Cast, cast
from mainstay.demo.world.charged import decide
from mainstay.demo.world.dates import Calendar
from mainstay.demo.world.doors import open_doors
from mainstay.demo.world.duty import arrange_duty, open_desk, share_desk
from mainstay.demo.world.escalated import ask
from mainstay.demo.world.history import CARE, Failure
from mainstay.demo.world.months import month_closings, month_ends
from mainstay.demo.world.people import DEMO, Settled, make_agency, make_client, make_staff, propose_amendment
from mainstay.demo.world.told import Event, Told, solve_latest_outage
from mainstay.demo.world.watched import Seen
from mainstay.watch import actions as watch
from mainstay.watch.facts import DependencyKind

PLANNED_WORK_DAYS = 5
JUST_BEFORE = timedelta(seconds=1)

Tell = Callable[[str], None]


def is_there() -> bool:
    """Whether the demo world was made on this database."""
    return Organisation.objects.exists() and LiveSite.objects.exists()


@transaction.atomic
def load(*, at: datetime, told: Tell) -> None:
    """Make the demo world as of `at`, whole or not at all; `told` hears of each step."""
    people, calendar = cast(), Calendar(at.replace(microsecond=0))
    house, *live = free_ports(1 + sum(len(each.live) for each in people.clients))
    told("the agency, its people and its clients")
    staff = make_staff(people, calendar.since)
    agency = make_agency(people, staff, calendar)
    world = World(
        people, calendar, staff, [make_client(plan, people, staff, calendar) for plan in people.clients], agency, house
    )
    open_desk(world.helper, calendar.since)
    told("fourteen months of checks, outages, tickets and reports")
    _live_through(world)
    decide(world.settled, staff, calendar.until)
    ask(world.settled[0].client, calendar.until - timedelta(minutes=6))
    _plan_work(world)
    propose_amendment(world.settled[0], world.staff, calendar)
    share_desk(world.engineer, world.helper, world.manager, calendar.until)
    arrange_duty(world.engineer, world.helper, calendar.until)
    open_doors(world.settled[0], world.helper, calendar.until)
    look_after(world.settled, staff, calendar.until)
    told("the websites that can be broken")
    _make_live_sites(world, live)


@dataclass(frozen=True)
class World:
    """What the making of the demo world goes by."""

    people: Cast
    calendar: Calendar
    staff: dict[str, User]
    settled: list[Settled]
    agency: Organisation
    house_port: int

    @property
    def engineer(self) -> User:
        return next(each for each in self.staff.values() if each.agency_role == Role.ENGINEER)

    @property
    def manager(self) -> User:
        return next(each for each in self.staff.values() if each.agency_role == Role.ACCOUNT_MANAGER)

    @property
    def helper(self) -> User:
        return next(each for each in self.staff.values() if each.agency_role == Role.HELPER)


def _live_through(world: World) -> None:
    """Let everything happen in its order, each fact reaching its handlers before the next event."""
    streams = [stream for each in world.settled for stream in _client_events(world, each)]
    streams.append(_website_events(world, world.agency.websites.get(), "good", world.calendar.since))
    everybody = [(each.client, each.since) for each in world.settled] + [(world.agency, world.calendar.since)]
    streams.append(month_ends(everybody, world.calendar))
    for _, event in heapq.merge(*streams, key=_when):
        event()


def _client_events(world: World, settled: Settled) -> Iterator[Iterator[Event]]:
    for website in settled.websites:
        yield _website_events(world, website, settled.plan.care, settled.since)
    calls = world.people.calls
    planned = history.tickets(settled.plan.slug, CARE[settled.plan.care], calls, settled.since, world.calendar.until)
    for number, plan in enumerate(planned):
        yield Told(plan, settled, number, world.helper, world.calendar.until).events()


def _website_events(world: World, website: Website, care: str, since: datetime) -> Iterator[Event]:
    """What is seen of one website; its monitor looks at it on loopback, where it goes on being served."""
    until = world.calendar.until
    url = f"http://127.0.0.1:{world.house_port}/{website.client.slug}/{website.slug}/"
    monitor = watched.add_monitor(website, url, since)
    watched.take_in_response_times(monitor, since, until)
    seen = Seen(monitor, since, history.blind_times(website.slug, since, until))
    plan = CARE[care]
    if website != website.client.websites.order_by("pk").first():
        plan = replace(plan, hours_now=None, hours_a_year=plan.hours_a_year / 3)
    year_start = world.calendar.contract_year_start(_months(since, until))
    failures = history.failures(website.url, plan, since, year_start, until)
    rests = _rests(seen, failures, [*month_closings(world.calendar, since), until])
    return heapq.merge(rests, _failings(world, seen, failures, care), key=_when)


def _rests(seen: Seen, failures: Sequence[Failure], instants: Sequence[datetime]) -> Iterator[Event]:
    """Before verdicts are given, the good time up to then is taken in."""
    for at in instants:
        yield at - JUST_BEFORE, partial(seen.rest, history.good_until(failures, at))


def _failings(world: World, seen: Seen, failures: Sequence[Failure], care: str) -> Iterator[Event]:
    for number, failure in enumerate(failures):
        yield failure.end, partial(_fail, seen, failure)
        late = care == "poor" and number % 4 == 0
        solve = partial(solve_latest_outage, seen.monitor, world.engineer, late=late)
        yield failure.end + watched.AFTER_RECOVERY, solve


def _when(event: Event) -> datetime:
    return event[0]


def _fail(seen: Seen, failure: Failure) -> None:
    """Take a failure in, and let its facts reach the flows, which open its ticket; people are told of it."""
    for at in seen.failure(failure):
        while facts.deliver_due(at):
            pass
        watch.send_alerts(at=at)


def _months(since: datetime, until: datetime) -> int:
    return (until.year - since.year) * 12 + until.month - since.month


def _plan_work(world: World) -> None:
    """Some planned work to come, told to the clients today."""
    calendar = world.calendar
    first = (calendar.until + timedelta(days=PLANNED_WORK_DAYS)).replace(hour=5, minute=0, second=0)
    for number, each in enumerate(world.settled[:3]):
        starts_at = first + timedelta(days=number)
        clients.add_window(
            client=each.client,
            website=each.websites[0],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=45),
            reason="Update of the content management system",
            by=world.engineer,
            at=calendar.until,
        )
    patched = world.settled[0].client
    clients.plan_series(
        client=patched,
        recurrence=Recurrence("WEEKLY", days=((None, "TU"),)),
        starts_on=first.date(),
        from_time=time(3),
        until_time=time(6),
        time_zone=patched.time_zone,
        reason="Updates and security patches",
        down_minutes=2,
        by=world.engineer,
        at=calendar.until,
    )


def _make_live_sites(world: World, ports: Sequence[int]) -> None:
    """Websites that can be broken, and the host that they stand behind."""
    at = world.calendar.until
    host = watch.add_dependency(
        name="web-1",
        kind=DependencyKind.HOST,
        address=f"127.0.0.1:{world.house_port}",
        allow_private=True,
        by=DEMO,
        at=at,
    )
    certificates(settings.MAINSTAY.data / "demo", at)
    plans = [(each, plan) for each in world.settled for plan in each.plan.live]
    for (each, plan), port in zip(plans, ports, strict=True):
        url = f"{plan.scheme}://127.0.0.1:{port}/"
        website = clients.create_website(client=each.client, name=plan.name, url=url, by=DEMO, at=at)
        LiveSite.objects.create(website=website, client=each.client, title=plan.name, scheme=plan.scheme, port=port)
        monitor = watched.add_monitor(website, url, at, interval_s=watched.LIVE_INTERVAL_S)
        watch.place_behind(dependency=host, environments=[monitor.environment], by=DEMO, at=at)
