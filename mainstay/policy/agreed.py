"""What each clause comes to under given terms, in plain words: the numbers that the policy's text is silent on."""

from collections.abc import Callable, Iterable, Mapping

from mainstay.policy.durations import write
from mainstay.policy.promises import Clause
from mainstay.policy.terms import Terms
from mainstay.policy.terms.words import Cause, Difficulty, DowntimeClock, Priority, UnknownExcess, YearKind
from mainstay.policy.week import DAY_NAMES, say_week

_YEARS = {
    YearKind.CONTRACT: "contract year",
    YearKind.CALENDAR: "calendar year",
    YearKind.ROLLING: "365 days that end today",
}


def clause(which: Clause, terms: Terms) -> str:
    """One or two sentences: what this clause promises under `terms`."""
    return _SAID[which](terms)


def _office_hours(terms: Terms) -> str:
    week = say_week({day.value: windows for day, windows in terms.support.week.items()}) or "none"
    calendar = terms.support.holidays
    holidays = f"closed on the public holidays of {calendar}" if calendar else "open on public holidays"
    said = f"Office hours: {week} ({terms.support.time_zone.key.replace('_', ' ')}), {holidays}."
    round_the_clock = _listed(terms.support.round_the_clock)
    return f"{said} Somebody is on call for {round_the_clock} at all other hours too." if round_the_clock else said


def _downtime(terms: Terms) -> str:
    agreed = terms.downtime
    hours = "all hours, day and night" if agreed.clock is DowntimeClock.ALL else "the office hours"
    excluded = _listed(agreed.excluded)
    said = (
        f"Each website: at most {agreed.hours_a_year} h of downtime in a {_YEARS[agreed.year]}, counted in {hours}. "
        f"Causes that are not charged: {excluded or 'none; planned work counts too'}."
    )
    if agreed.exclusion_needs_consent and set(agreed.excluded) - {Cause.PLANNED}:
        said += " Other than planned work, each exclusion waits for your consent."
    past = write(agreed.unknown_allowance)
    if agreed.unknown_excess is UnknownExcess.CHARGED:
        return f"{said} Time that nobody watched is shown apart; past {past} a year it counts as downtime."
    return f"{said} Time that nobody watched is shown apart and not charged."


def _frontline(terms: Terms) -> str:
    return (
        f"For {_listed(f'{each}s' for each in terms.frontline.audiences)}, by {_listed(terms.frontline.channels)}. "
        f"At least {terms.attained.first} % of first answers in time, a month, for each group."
    )


def _tracking(terms: Terms) -> str:
    within = write(terms.reopening.within)
    return f"Every message gets a reference. A ticket re-opened within {within} goes on; later it is a new one."


def _resolution(terms: Terms) -> str:
    times = "; ".join(
        f"{each}: first answer {promised.first}, resolution {promised.resolution}"
        for each, promised in terms.response.items()
    )
    return f"{times}. At least {terms.attained.resolution} % of resolutions in time, a month."


def _account_manager(terms: Terms) -> str:
    named = "An account manager and a deputy are" if terms.account_manager.deputy else "An account manager is"
    reviewed = _each_month(terms.account_manager.review_every_months)
    return f"{named} named; the agreement is reviewed together {reviewed}."


def _reports(terms: Terms) -> str:
    said = f"Issued by working day {terms.report.due_working_day} of the month that follows."
    return f"{said} A broken promise is reported at once." if terms.report.breach_at_once else said


def _sections(terms: Terms) -> str:
    return "Each report covers every promise of this agreement, with what is not known."


def _escalation(terms: Terms) -> str:
    steps = "; ".join(f"at {each.percent} % of a clock: {_listed(each.tells)}" for each in terms.escalation.steps)
    told = f"The client is told of each step from {terms.escalation.client_told_from_percent} % on"
    may = " and may escalate too" if terms.escalation.client_may_escalate else ""
    return f"{steps[:1].upper()}{steps[1:]}. {told}{may}."


def _difficulty(*kinds: Difficulty) -> Callable[[Terms], str]:
    def said(terms: Terms) -> str:
        found = [terms.difficulties[kind] for kind in kinds]
        first, *whole_page = found
        more = f" ({whole_page[0]} when a whole page is concerned)" if whole_page else ""
        return f"Priority {first}{more}, until somebody judges it otherwise."

    return said


def _attacks(terms: Terms) -> str:
    return (
        f"Priority {terms.difficulties[Difficulty.ATTACK]}. The client is told within "
        f"{write(terms.attack.client_told_within)}; {write(terms.attack.authority_told_within)} are counted down for "
        "telling the authority."
    )


def _maintenance(terms: Terms) -> str:
    checking = terms.checking
    return (
        f"Each website is checked every {write(checking.every)}, with a timeout of {write(checking.timeout)}. "
        f"A backup is at most {write(terms.backups.every)} old; a restore is proven "
        f"{_each_month(terms.backups.restore_proven_every_months)}."
    )


def _updates(terms: Terms) -> str:
    names = ("exploited", "critical", "high", "unknown", "medium", "low")
    within = {name: getattr(terms.updates, name) for name in names}
    times = ", ".join(f"{name} {'in the next round' if each is None else write(each)}" for name, each in within.items())
    return f"From the release of a fix, by the gravity of the fault: {times}."


def _process(terms: Terms) -> str:
    changes = terms.changes
    window = f"{DAY_NAMES[changes.patch_day.value]} {'–'.join(changes.patch_window)}"
    return (
        f"Security fixes each {write(changes.security_every)}, patch releases each {write(changes.patches_every)} "
        f"({window}), minor versions {_each_month(changes.minor_every_months)}. "
        f"An emergency change is reviewed within {changes.emergency_review}."
    )


def _access(terms: Terms) -> str:
    return (
        f"A second factor for {_listed(terms.access.mfa_for) or 'nobody'}; access is reviewed "
        f"{_each_month(terms.access.review_every_months)}."
    )


def _amendments(terms: Terms) -> str:
    usual = terms.response[Priority.P4]
    return f"An amendment is a request like others: one of the lowest priority has {usual.resolution}."


def _registration(terms: Terms) -> str:
    opened = "People register by themselves" if terms.registration.is_open else "People are invited"
    return f"{opened}. A link for a new password works for {write(terms.registration.link_valid)}."


def _partnership(terms: Terms) -> str:
    rhythms = (("P1", terms.partnership.P1), ("P2", terms.partnership.P2))
    said = "; ".join(f"{name} within {write(each.first)}, then each {write(each.then)}" for name, each in rhythms)
    return f"Updates in an incident: {said}."


def _each_month(months: int) -> str:
    return "each month" if months == 1 else "each quarter" if months == 3 else f"every {months} months"


def _listed(words: Iterable[str]) -> str:
    *first, last = [str(each).replace("_", " ") for each in words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


_SAID: Mapping[Clause, Callable[[Terms], str]] = {
    Clause.OFFICE_HOURS: _office_hours,
    Clause.DOWNTIME: _downtime,
    Clause.FRONTLINE: _frontline,
    Clause.TRACKING: _tracking,
    Clause.RESOLUTION: _resolution,
    Clause.ACCOUNT_MANAGER: _account_manager,
    Clause.REPORTS: _reports,
    Clause.REPORT_SECTIONS: _sections,
    Clause.ESCALATION: _escalation,
    Clause.DATA_UPLOAD: _difficulty(Difficulty.DATA_UPLOAD),
    Clause.IMAGE_UPLOAD: _difficulty(Difficulty.IMAGE_UPLOAD),
    Clause.VIEWABILITY: _difficulty(Difficulty.VIEWABILITY, Difficulty.VIEWABILITY_WHOLE_PAGE),
    Clause.LAYOUT: _difficulty(Difficulty.LAYOUT),
    Clause.ATTACKS: _attacks,
    Clause.MAINTENANCE: _maintenance,
    Clause.UPDATES: _updates,
    Clause.PROCESS: _process,
    Clause.SECURE_ACCESS: _access,
    Clause.AMENDMENTS: _amendments,
    Clause.REGISTRATION: _registration,
    Clause.PARTNERSHIP: _partnership,
}
