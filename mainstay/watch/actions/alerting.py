"""Telling people: in one pass over all cases that are due, one letter for each recipient and kind of news."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from mainstay.common import facts
from mainstay.common.backoff import Backoff
from mainstay.common.notify import say, tell
from mainstay.watch import letters
from mainstay.watch.actions.settling import PROCESS
from mainstay.watch.alert_facts import AlertFoundNobody, AlertSent, Event
from mainstay.watch.models import Alert, AlertCase, AlertTold
from mainstay.watch.queries import alerts as queries
from mainstay.watch.queries.recipients import Found, Recipient, Recipients, can_be_told
from mainstay.watch.rules.alerting import Group, Line, Said, Step, Wanted, grouped, next_step

log = structlog.get_logger()

LOOK_AGAIN = timedelta(minutes=5)
"""An event that goes on is looked at this often at least: rules may change, and the duty be handed over."""

BACKOFF = Backoff(first=timedelta(seconds=10), longest=timedelta(minutes=30), jitter=0)
"""When what could not be worked out or written is tried again; all else goes on meanwhile."""

ENDS = Wanted(frozenset({Event.UP}))


def send_alerts(*, at: datetime) -> int:
    """Tell everybody what is due at `at`, in one transaction. Returns how many letters went out.

    Finding out that nothing is due takes no write lock.
    """
    return _send_due(at) if queries.is_any_due(at) else 0


@transaction.atomic
def _send_due(at: datetime) -> int:
    turn = Turn.of(queries.due_cases(at), at)
    letters_due, held = grouped(turn.due_lines(), queries.latest_letters(at), at)
    sent = 0
    for group, lines in letters_due.items():
        for recipient, own in turn.by_recipient(group, lines).items():
            sent += turn.send(group, recipient, own)
    turn.put_off(held)
    return sent


@dataclass(slots=True)
class Turn:
    """The cases at hand, whom they concern, and what these were told already."""

    at: datetime
    cases: dict[int, AlertCase]
    recipients: Recipients
    said: dict[tuple[int, str], list[Said]]
    _found: dict[int, dict[str, tuple[Recipient, list[Wanted]]]] = field(default_factory=dict)
    _broken: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, cases: list[AlertCase], at: datetime) -> "Turn":
        recipients = Recipients.of(cases, at)
        turn = cls(at, {each.pk: each for each in cases}, recipients, queries.said_of(cases))
        try:
            with transaction.atomic():
                turn._found = {case.pk: turn._whom(case) for case in cases}
        except Exception:  # noqa: BLE001 - told of by what follows: each by itself, so that one keeps no other back
            turn._found = {case.pk: turn._tried_whom(case) for case in cases}
        return turn

    def due_lines(self) -> Iterator[Line]:
        """Every step that is due now."""
        for case in self.cases.values():
            for key in self._found[case.pk]:
                following = self._next(case, key)
                if following is not None and following.at <= self.at:
                    yield Line(case.pk, key, Event(case.event), following.step, case.cause)

    def by_recipient(self, group: Group, lines: list[Line]) -> dict[Recipient, list[Line]]:
        """The lines of a group apart where the same way speaks to another person, or fails over to another channel."""
        found: dict[Recipient, list[Line]] = defaultdict(list)
        for line in lines:
            found[self._found[line.case_id][group[0]][0]].append(line)
        return found

    def send(self, group: Group, recipient: Recipient, lines: list[Line]) -> int:
        """Send one letter about all `lines`; where it cannot be written, its halves. Returns how many letters went out.

        So one line that cannot be told keeps none of the others back.
        """
        try:
            with transaction.atomic():
                self._send(group, recipient, lines)
        except Exception:
            if len(lines) > 1:
                half = len(lines) // 2
                return self.send(group, recipient, lines[:half]) + self.send(group, recipient, lines[half:])
            log.exception("an alert could not be written", recipient=recipient.key, case=lines[0].case_id)
            self._broken.add(lines[0].case_id)
            return 0
        for line in lines:
            self.said.setdefault((line.case_id, line.recipient), []).append(Said(line.step, self.at))
        return 1

    def _send(self, group: Group, recipient: Recipient, lines: list[Line]) -> None:
        """Send one letter, and note who was told what."""
        key, event, step, cause = group
        cases = [self.cases[each.case_id] for each in lines]
        letter = letters.alert(event, step, cases, recipient.zone, self.at, self._what_follows(lines))
        owners = {each.client_id for each in cases}
        alert = Alert.objects.create(
            client_id=next(iter(owners)) if len(owners) == 1 else None,
            recipient=key,
            user=recipient.user,
            way=recipient.way,
            other_way=recipient.other,
            event=event,
            step=step,
            cause=cause,
            title=letter.title,
            text=letter.brief,
            sent_at=self.at,
        )
        hand_over(alert, letter)
        self._note(alert, lines)
        facts.record(AlertSent(alert.pk, key, event, step, len(cases)), by=PROCESS, at=self.at, client=alert.client)

    def _what_follows(self, lines: Iterable[Line]) -> letters.Follows:
        """What whoever reads of these `lines` will be told later, of all of them."""
        wishes = [self._found[each.case_id][each.recipient][1] for each in lines]
        return letters.Follows(
            end=all(any(Event.UP in wanted.events for wanted in each) for each in wishes),
            reminders=all(any(wanted.repeat is not None for wanted in each) for each in wishes),
        )

    def put_off(self, held: dict[int, datetime]) -> None:
        """Write when each case is looked at next, and how often in a row it could not be told."""
        by_instant: dict[datetime | None, list[int]] = defaultdict(list)
        for case in self.cases.values():
            by_instant[self._looked_at_next(case, held.get(case.pk))].append(case.pk)
        for instant, ids in by_instant.items():
            AlertCase.objects.filter(pk__in=ids).update(due_at=instant)
        recovered = [pk for pk, case in self.cases.items() if case.failed_times and pk not in self._broken]
        if recovered:
            AlertCase.objects.filter(pk__in=recovered).update(failed_times=0)
        if self._broken:
            AlertCase.objects.filter(pk__in=self._broken).update(failed_times=F("failed_times") + 1)

    def _tried_whom(self, case: AlertCase) -> dict[str, tuple[Recipient, list[Wanted]]]:
        """As `_whom`; nobody for now where that cannot be found out, which is looked at again."""
        try:
            with transaction.atomic():
                return self._whom(case)
        except Exception:
            log.exception("it could not be found out who is to be alerted", case=case.pk)
            self._broken.add(case.pk)
            return {}

    def _whom(self, case: AlertCase) -> dict[str, tuple[Recipient, list[Wanted]]]:
        """Recipients by key, each with all that rules want for it."""
        found = self.recipients.of_case(case)
        if case.event == Event.DOWN and not any(Event.DOWN in wanted.events for _, wanted in found):
            found = [*found, *self._instead(case)]
        found = [*found, *self._stand_ins(case)]
        by_key: dict[str, tuple[Recipient, list[Wanted]]] = {}
        for recipient, wanted in found:
            by_key.setdefault(recipient.key, (recipient, []))[1].append(wanted)
        if case.ended_at is not None:
            self._add_told_before(case, by_key)
        return by_key

    def _instead(self, case: AlertCase) -> list[Found]:
        """Nobody is named for an outage: somebody is told all the same, and where need be that is on record."""
        found, are_administrators = self.recipients.instead(case)
        if are_administrators and case.nobody_at is None and case.outage is not None:
            AlertCase.objects.filter(pk=case.pk).update(nobody_at=self.at)
            fact = AlertFoundNobody(case.outage.pk, len(found))
            facts.record(fact, by=PROCESS, at=self.at, client=case.client)
        return found

    def _stand_ins(self, case: AlertCase) -> list[Found]:
        """Who is told in place of whoever should be on call. Of an end only those who were told of the beginning."""
        found = self.recipients.for_gaps(case)
        told = {key for pk, key in self.said if pk == case.pk}
        if case.ended_at is None or not told:
            return found
        return [each for each in found if each[0].key in told]

    def _add_told_before(self, case: AlertCase, by_key: dict[str, tuple[Recipient, list[Wanted]]]) -> None:
        """Whoever was told of the beginning is told of the end, also when the duty was handed over meanwhile."""
        missing = {key for pk, key in self.said if pk == case.pk} - set(by_key)
        wants_ends = any(Event.UP in each.events for _, all_ in by_key.values() for each in all_)
        if not missing or not (wants_ends or queries.is_taken_back(case)):
            return
        for alert in Alert.objects.filter(recipient__in=missing, told__case=case).select_related("user", "way"):
            if alert.user is None or (alert.user.is_active if alert.way is not None else can_be_told(alert.user)):
                recipient = Recipient(alert.user, alert.way, alert.other_way)
                by_key[alert.recipient] = (recipient, [ENDS])

    def _next(self, case: AlertCase, key: str) -> Said | None:
        """The earliest step that any rule has for one recipient."""
        _, wishes = self._found[case.pk][key]
        going, said = queries.going(case), self.said.get((case.pk, key), [])
        steps = [each for wanted in wishes if (each := next_step(wanted, going, said, self.at)) is not None]
        return min(steps, key=lambda each: each.at, default=None)

    def _note(self, alert: Alert, lines: Iterable[Line]) -> None:
        rows = []
        for line in lines:
            said = self.said.get((line.case_id, line.recipient), ())
            number = sum(each.step is Step.REPEAT for each in said) + 1 if line.step is Step.REPEAT else 0
            rows.append(
                AlertTold(
                    case_id=line.case_id,
                    client_id=self.cases[line.case_id].client_id,
                    alert=alert,
                    recipient=line.recipient,
                    step=line.step,
                    number=number,
                    at=self.at,
                )
            )
        AlertTold.objects.bulk_create(rows)

    def _looked_at_next(self, case: AlertCase, held_until: datetime | None) -> datetime | None:
        steps = (self._next(case, key) for key in self._found[case.pk])
        instants = [each.at for each in steps if each is not None and each.at > self.at]
        instants += [held_until] if held_until is not None else []
        if case.pk in self._broken:
            instants.append(self.at + BACKOFF.after(case.failed_times + 1))
        elif case.ended_at is None:
            instants.append(self.at + LOOK_AGAIN)
        return min(instants, default=None)


def hand_over(alert: Alert, letter: letters.AlertLetter) -> None:
    """Put an alert on its way, by mail or on its channel."""
    key = f"alert:{alert.pk}"
    if alert.way is not None:
        alert.notification = say(alert.way, letter.message(alert.user), key=key, at=alert.sent_at, client=alert.client)
    else:
        alert.notification = tell(alert.user, letter.mail, key=key, at=alert.sent_at, client=alert.client)
    alert.save(update_fields=["notification"])
