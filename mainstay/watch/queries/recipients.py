"""Who is to be alerted of which case, read for many cases at once with a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mainstay.access.models import User
from mainstay.clients import queries as clients
from mainstay.clients.facts import Part
from mainstay.common.mail import LetterRefused
from mainstay.common.mail.letter import address
from mainstay.common.notify import Channel
from mainstay.watch.alert_facts import Event, Who
from mainstay.watch.models import AlertCase, AlertRule
from mainstay.watch.rules.alerting import Quiet, Wanted, most_specific

OUTAGE = frozenset({Event.DOWN, Event.UP})
DOUBT = frozenset({Event.DOUBT, Event.UP})
PARTS = {Who.MANAGER: Part.MANAGER, Who.DEPUTY: Part.DEPUTY}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, a channel, or a channel on which a person is spoken to. `other` is used when that fails."""

    user: User | None = None
    way: Channel | None = None
    other: Channel | None = None

    @property
    def key(self) -> str:
        """What a recipient is told apart by."""
        return f"channel:{self.way.pk}" if self.way else f"user:{self.user.pk if self.user else 0}"

    @property
    def zone(self) -> ZoneInfo | None:
        return self.user.zone if self.user else None


Found = tuple[Recipient, Wanted]


@dataclass(slots=True)
class Recipients:
    """Rules and people that the cases at hand need. Suspended people, who left, and paused channels are nobody."""

    at: datetime
    _rules: dict[tuple[int | None, int | None], list[AlertRule]] = field(default_factory=lambda: defaultdict(list))
    _people: dict[int, dict[str, User]] = field(default_factory=dict)
    _on_call: dict[int, User | None] = field(default_factory=dict)
    _administrators: list[User] | None = None
    _reachable: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, cases: Iterable[AlertCase], at: datetime) -> "Recipients":
        """Read what `cases` need; they come with their client."""
        found = cls(at)
        owners = {case.client_id: case.client for case in cases if case.client is not None}
        for rule in rules_of(list(owners)):
            found._rules[rule.client_id, rule.website_id].append(rule)
        found._people = clients.managers_of([each for each in owners.values() if each], at)
        return found

    def of_case(self, case: AlertCase) -> list[Found]:
        """Whom the rules name for `case`, and what each wants."""
        rules = self.rules_for(case)
        if not rules:
            return self._by_default(case)
        resolved = ((self._recipient(rule, case), rule) for rule in rules)
        found = [(recipient, _wanted(rule, recipient, case)) for recipient, rule in resolved if recipient is not None]
        return found or (self._by_default(case) if case.event == Event.DOUBT else [])

    def for_gaps(self, case: AlertCase) -> list[Found]:
        """Who is told where a rule names a roster, and nobody who can be reached is on call there.

        They are told what the rule says, when it says so: the account manager and deputy, else the administrators.
        """
        named = [each for each in self.rules_for(case) if each.who == Who.ON_CALL and case.event in each.events]
        gaps = [rule for rule in named if self._recipient(rule, case) is None]
        people = [Recipient(each) for each in self._responsible(case) or self.administrators()] if gaps else []
        return [(each, _wanted(rule, each, case)) for rule in gaps for each in people]

    def rules_for(self, case: AlertCase) -> list[AlertRule]:
        """The most specific rules for `case`; of a doubt those of the agency that name doubts, if any do."""
        website = website_id_of(case)
        agency = self._rules[None, None]
        if case.event == Event.DOUBT:
            return [rule for rule in agency if Event.DOUBT in rule.events]
        of_website = self._rules[case.client_id, website] if website else []
        return list(most_specific(of_website, self._rules[case.client_id, None], agency))

    def instead(self, case: AlertCase) -> tuple[list[Found], bool]:
        """Who is told of an outage that no rule brings to anybody, and whether these are the administrators."""
        responsible = self._responsible(case)
        people = responsible or self.administrators()
        return [(Recipient(each), Wanted(OUTAGE)) for each in people], not responsible

    def administrators(self) -> list[User]:
        if self._administrators is None:
            self._administrators = [each for each in clients.administrators() if can_be_told(each)]
        return self._administrators

    def _by_default(self, case: AlertCase) -> list[Found]:
        if case.event == Event.DOUBT:
            return [(Recipient(each), Wanted(DOUBT)) for each in self.administrators()]
        return [(Recipient(each), Wanted(OUTAGE)) for each in self._responsible(case)]

    def _responsible(self, case: AlertCase) -> list[User]:
        people = self._people.get(case.client_id or 0, {})
        found = (people.get(part) for part in (Part.MANAGER, Part.DEPUTY))
        return [each for each in found if each is not None and self._can_be_told(each)]

    def _recipient(self, rule: AlertRule, case: AlertCase) -> Recipient | None:
        way = next((each for each in (rule.channel, rule.other_channel) if each and not each.is_paused), None)
        way = way if rule.channel is not None else None
        if rule.who == Who.CHANNEL:
            return Recipient(way=way, other=rule.other_channel) if way is not None else None
        user = self._user(rule, case)
        if user is None or not (way is not None or self._can_be_told(user)):
            return None
        return Recipient(user, way, rule.other_channel)

    def _can_be_told(self, person: User) -> bool:
        """As `can_be_told`, asked once a person however many cases there are."""
        if person.pk not in self._reachable:
            self._reachable[person.pk] = can_be_told(person)
        return self._reachable[person.pk]

    def _user(self, rule: AlertRule, case: AlertCase) -> User | None:
        if rule.who == Who.ON_CALL and rule.roster is not None:
            if rule.roster.pk not in self._on_call:
                self._on_call[rule.roster.pk] = clients.on_call(rule.roster, self.at)
            user = self._on_call[rule.roster.pk]
        elif rule.who == Who.PERSON:
            user = rule.person
        else:
            user = self._people.get(case.client_id or 0, {}).get(PARTS[Who(rule.who)])
        return user if user is not None and _works_here(user) else None


def rules_of(client_ids: list[int]) -> list[AlertRule]:
    """The rules of the agency and of these clients that are in use."""
    rules = AlertRule.objects.filter(retired_at__isnull=True).select_related(
        "person", "roster", "channel", "other_channel"
    )
    return list(rules.filter(client__isnull=True)) + list(rules.filter(client__in=client_ids))


def website_id_of(case: AlertCase) -> int | None:
    """The website that a case is about; None for a doubt about a prober."""
    if case.outage is not None:
        return case.outage.website_id
    return case.monitor.environment.website_id if case.monitor is not None else None


def can_be_told(person: User) -> bool:
    """Whether `person` may be told, and a mail could arrive."""
    try:
        address("To", person.email)
    except LetterRefused:
        return False
    return _works_here(person)


def _works_here(person: User) -> bool:
    """Whether `person` is of the agency, and not suspended: nobody else hears of its clients."""
    return person.is_active and person.is_staff_member


def _wanted(rule: AlertRule, recipient: Recipient, case: AlertCase) -> Wanted:
    return Wanted(
        events=frozenset(Event(each) for each in rule.events),
        after=timedelta(minutes=rule.after_minutes),
        repeat=timedelta(minutes=rule.repeat_minutes) if rule.repeat_minutes else None,
        quiet=_quiet(rule, recipient, case),
        urgent=frozenset(Event(each) for each in rule.urgent),
    )


def _quiet(rule: AlertRule, recipient: Recipient, case: AlertCase) -> Quiet | None:
    """The quiet hours in the person's zone; in the client's where the rule says so, or nobody in particular is told."""
    if rule.quiet_from is None or rule.quiet_until is None:
        return None
    of_client = case.client.zone if case.client is not None else None
    zones = (of_client, recipient.zone) if rule.quiet_in_client_zone else (recipient.zone, of_client)
    zone = zones[0] or zones[1] or clients.agency().zone
    return Quiet(rule.quiet_from, rule.quiet_until, zone)
