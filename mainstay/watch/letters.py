"""What people are told by alerts: what each kind of news says, of one event or of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from mainstay.clients.queries import NoAgreement
from mainstay.policy.durations import say
from mainstay.watch.alert_facts import Event
from mainstay.watch.alert_letter import AlertLetter, Content
from mainstay.watch.models import Alert, AlertCase, Monitor, Outage, ProberDoubt
from mainstay.watch.models.alert import DOWN_WORDS
from mainstay.watch.queries import budget, correction_of
from mainstay.watch.references import references
from mainstay.watch.rules.alerting import Step

UNSEEN = "was down when it was last looked at. Nobody looks any more: whether it is up is not known."
SHOWN = {
    Step.FIRST: "open",
    Step.REPEAT: "open",
    Step.END: "ended",
    Step.AFTERWARDS: "ended",
    Step.TAKEN_BACK: "taken+back",
}
"""Which outages the page of all of them is to show."""

DOUBT_MEANS = (
    "Nothing that it says to be down is believed meanwhile: that time is unknown, and no outages are opened. Websites "
    "that it still reaches are judged as ever. It ends by itself when the connection works again. Look at the "
    "connection of the machine that the prober runs on, and at its name servers."
)
TO_ADMINISTRATORS = "You get this because you administer this installation, or because the alert rules name you."


@dataclass(frozen=True, slots=True)
class Follows:
    """What the recipient will be told by the rules as they stand: the end, and reminders meanwhile."""

    end: bool = False
    reminders: bool = False


def alert(
    event: Event, step: Step, cases: Sequence[AlertCase], zone: ZoneInfo | None, at: datetime, follows: Follows
) -> AlertLetter:
    """One letter about `cases`, which are of one event and step. Times are in `zone`, else in the first client's."""
    first = cases[0]
    here = zone or (first.client.zone if first.client is not None else ZoneInfo("UTC"))
    if event is Event.DOUBT:
        return _doubts([each.doubt for each in cases if each.doubt is not None], step, here).letter()
    if len(cases) > 1:
        return _many(event, step, cases, here, at).letter()
    if first.outage is not None:
        return _outage(first.outage, step, here, at, follows).letter()
    assert first.monitor is not None  # noqa: S101 - of an outage, a doubt or a monitor
    return _monitor(first, first.monitor, step, here).letter()


def raised(alert: Alert, first: Alert) -> AlertLetter:
    """An alert again, on another way than the `first`, with why."""
    where = first.way.name if first.way is not None else (first.user.email if first.user is not None else "nobody")
    text = f"This could not be sent to {where}, so it comes to you.\n\n{alert.text}"
    return AlertLetter(alert.title, text, "", text)


def _outage(outage: Outage, step: Step, zone: ZoneInfo, at: datetime, follows: Follows) -> Content:
    name, client = outage.website.name, outage.client.name
    began, is_over = outage.started_at, outage.ended_at is not None
    lasted = say(round(((outage.ended_at or at) - began).total_seconds()))
    about = f"{name} ({outage.website.url}) of {client}"
    titles = {
        Step.FIRST: f"Down: {name} since {_clock(began, zone)}",
        Step.REPEAT: f"Still down: {name} since {_clock(began, zone)}, nobody has taken it on",
        Step.END: f"Up again: {name} after {lasted}" if outage.is_seen_up else f"No longer watched: {name}, last down",
        Step.AFTERWARDS: f"Was down: {name} for {lasted}",
        Step.TAKEN_BACK: f"Taken back: {name} was not down",
    }
    intros = {
        Step.FIRST: f"{about} is down.",
        Step.REPEAT: f"{about} is still down, and nobody has taken the outage on.",
        Step.END: f"{about} is up again." if outage.is_seen_up else f"{about} {UNSEEN}",
        Step.AFTERWARDS: f"{about} was down. It was over before this could be told.",
        Step.TAKEN_BACK: f"You were told that {about} was down. It was not: {_why_taken_back(outage)}",
    }
    facts = [("What was seen", outage.sentence), *_because(outage)]
    facts += [("Down since", f"{_instant(began, zone)} (the first failing check)")]
    if outage.acknowledged_by is not None:
        facts.append(("Taken on by", outage.acknowledged_by.name))
    if is_over:
        facts = [
            ("It was down for", lasted),
            ("From", _instant(began, zone)),
            *_until(outage, zone),
            *_because(outage),
            *_left(outage, at),
        ]
    if step is Step.TAKEN_BACK:
        facts = [("What had been seen", outage.sentence), ("From", _instant(began, zone)), *_left(outage, at)]
    tracked = references([outage.first_id]).get(outage.first_id)
    if tracked is not None:
        facts.append(("Ticket", f"{tracked.label}  {_site()}{tracked.url}"))
    link = _address("console-outage", outage.pk)
    goes_on = not is_over and step is not Step.TAKEN_BACK
    note = _what_follows(follows, is_taken_on=outage.is_acknowledged) if goes_on else ""
    label = "The outage, and where to take it on" if goes_on and not outage.is_acknowledged else "The outage"
    return Content(titles[step], intros[step], link, label, facts, note=note)


def _what_follows(follows: Follows, *, is_taken_on: bool) -> str:
    end = "Another message follows when the website is up again." if follows.end else ""
    reminders = "Reminders follow until somebody has taken it on." if follows.reminders and not is_taken_on else ""
    return f"{end} {reminders}".strip()


def _why_taken_back(outage: Outage) -> str:
    """Who says so: a person, or checks that came in late."""
    correction = correction_of(outage)
    if correction is None or correction.made_by is None:
        return "checks that came in late say that it was up. It counts towards nothing."
    return f"{correction.made_by.name} put the record right. It counts towards nothing."


def _because(outage: Outage) -> list[tuple[str, str]]:
    """What made it, where that is known."""
    return [("Because", f"{outage.because}.")] if outage.because else []


def _until(outage: Outage, zone: ZoneInfo) -> list[tuple[str, str]]:
    return [("Until", _instant(outage.ended_at, zone))] if outage.ended_at is not None else []


def _left(outage: Outage, at: datetime) -> list[tuple[str, str]]:
    """What is left of the year's hours; nothing for a website without an agreement."""
    try:
        found = budget(outage.website, at)
    except NoAgreement:
        return []
    return [("Left this year", f"{say(found.left_s)} of {say(found.limit_s)}")]


def _many(event: Event, step: Step, cases: Sequence[AlertCase], zone: ZoneInfo, at: datetime) -> Content:
    ordered = sorted(cases, key=lambda each: (each.client.name if each.client else "", each.began_at))
    clients = {each.client_id for each in cases}
    since = min(each.began_at for each in cases)
    what = "websites" if event is Event.DOWN else "monitors"
    how_many = f"{len(cases)} {what} of {len(clients)} client{'s' if len(clients) > 1 else ''}"
    begins = _title(event, step) if step is not Step.END or event is not Event.DOWN else _ended(cases)
    tail = f" since {_clock(since, zone)}" if step in (Step.FIRST, Step.REPEAT) else ""
    intro = f"{begins}: {how_many}{tail}.{_because_of_all(cases)}"
    lines = [_line(each, zone, at) for each in ordered]
    if event is not Event.DOWN:
        return Content(f"{begins}: {how_many}{tail}", intro, _address("console-fleet"), "The monitors", lines=lines)
    link = f"{_address('console-outages')}?show={SHOWN[step]}"
    return Content(f"{begins}: {how_many}{tail}", intro, link, "The outages", lines=lines)


def _because_of_all(cases: Sequence[AlertCase]) -> str:
    """What made all of them, where it is the same."""
    reasons = {each.outage.because if each.outage is not None else "" for each in cases}
    reason = reasons.pop() if len(reasons) == 1 else ""
    return f" That is because {reason}." if reason else ""


def _line(case: AlertCase, zone: ZoneInfo, at: datetime) -> str:
    """What a letter about many says of one."""
    client = case.client.name if case.client is not None else ""
    lasted = say(round(((case.ended_at or at) - case.began_at).total_seconds()))
    when = f"for {lasted}" if case.ended_at is not None else f"since {_clock(case.began_at, zone)}"
    if case.outage is not None:
        unseen = "" if case.ended_at is None or case.outage.is_seen_up else f" It {UNSEEN}"
        because = f" Because {case.outage.because}." if case.outage.because else ""
        return f"{client}: {case.outage.website.name}, {when}. {case.outage.sentence}{because}{unseen}"
    return f"{client}: {case.monitor}, {when}"


def _monitor(case: AlertCase, monitor: Monitor, step: Step, zone: ZoneInfo) -> Content:
    website = monitor.environment.website
    standing = getattr(monitor, "standing", None)
    begins = _title(Event(case.event), step)
    facts = [("Website", f"{website.name} of {website.client.name}"), ("Since", _instant(case.began_at, zone))]
    if case.ended_at is None and standing is not None:
        facts.insert(0, ("What was seen", standing.sentence))
    link = _address("console-monitor-times", monitor.pk)
    return Content(f"{begins}: {monitor} of {website.name}", f"{begins}: {monitor}.", link, "The monitor", facts)


def _doubts(doubts: Sequence[ProberDoubt], step: Step, zone: ZoneInfo) -> Content:
    """What is told of doubts that began or ended together; of a single one more."""
    if len(doubts) == 1:
        return _doubt(doubts[0], step, zone)
    begins = step in (Step.FIRST, Step.REPEAT)
    now = "are doubted" if begins else "were doubted" if step is Step.AFTERWARDS else "are believed again"
    title = f"{len(doubts)} probers {now}"
    lines = [f"{each.place}, {_span(each, zone)}. {each.why}" for each in doubts]
    link, label = _address("console-outages"), "Outages, and when the probers were doubted"
    note = DOUBT_MEANS if begins else ""
    return Content(title, f"{title}.", link, label, lines=lines, note=note, why=TO_ADMINISTRATORS)


def _span(doubt: ProberDoubt, zone: ZoneInfo) -> str:
    since = f"since {_clock(doubt.from_at, zone)}"
    return since if doubt.to_at is None else f"{since} until {_clock(doubt.to_at, zone)}"


def _doubt(doubt: ProberDoubt, step: Step, zone: ZoneInfo) -> Content:
    link, label = _address("console-outages"), "Outages, and when the prober was doubted"
    facts = [("Since", _instant(doubt.from_at, zone)), ("Why", doubt.why)]
    if step in (Step.FIRST, Step.REPEAT):
        title = f"The prober at {doubt.place} is doubted since {_clock(doubt.from_at, zone)}"
        intro = f"The prober at {doubt.place} is doubted: its own connection seems to be broken."
        return Content(title, intro, link, label, facts, note=DOUBT_MEANS, why=TO_ADMINISTRATORS)
    if doubt.to_at is not None:
        facts.insert(1, ("Until", _instant(doubt.to_at, zone)))
    is_past = step is Step.AFTERWARDS
    title = f"The prober at {doubt.place} {'was doubted' if is_past else 'is believed again'}"
    return Content(title, f"{title}.", link, label, facts, why=TO_ADMINISTRATORS)


def _ended(cases: Sequence[AlertCase]) -> str:
    """What ended: nobody is told that a website is up which nobody looks at."""
    seen = {each.outage.is_seen_up for each in cases if each.outage is not None}
    return {frozenset({True}): DOWN_WORDS[Step.END], frozenset({False}): "No longer watched"}.get(
        frozenset(seen), "Up again, or no longer watched"
    )


def _title(event: Event, step: Step) -> str:
    if event is Event.DOWN:
        return DOWN_WORDS[step]
    if step is Step.END:
        return "Fine again"
    begins = "Slow" if event is Event.DEGRADED else "Needs a look"
    return f"Still: {begins.lower()}" if step is Step.REPEAT else begins


def _address(name: str, *arguments: object) -> str:
    return f"{_site()}{reverse(name, args=arguments)}"


def _site() -> str:
    return str(settings.MAINSTAY.url).rstrip("/")


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def _instant(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%A %-d %B %Y, %H:%M:%S %Z")
