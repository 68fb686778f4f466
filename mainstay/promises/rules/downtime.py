"""S2: at most the agreed hours of downtime a year, for every website by itself."""

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import DowntimeFacts, WebsiteDowntime
from mainstay.promises.rules.words import on

RISKY_SHARE = (3, 4)
"""The budget is at risk once three quarters of it are used."""


def judge(facts: DowntimeFacts) -> Judgement:
    """The worst website decides; one that nobody has watched is unproven."""
    if not facts.websites:
        return unproven(Clause.DOWNTIME, "", "Not proven: no website is under this agreement.")
    worst = max(facts.websites, key=_severity)
    return Judgement(
        clause=Clause.DOWNTIME,
        verdict=verdict_of(worst),
        actual=f"{say(worst.charged_s)} down ({worst.name})",
        target=f"at most {say(worst.limit_s)} a year, each website",
        sentence=_sentence(worst),
        would_break=_would_break(worst),
        distance=_distance(worst),
    )


def verdict_of(website: WebsiteDowntime) -> Verdict:
    """The verdict of one website by itself."""
    if website.charged_s > website.limit_s:
        return Verdict.BROKEN
    if website.observed_s == 0:
        return Verdict.UNPROVEN
    over = website.forecast_s is not None and website.forecast_s > website.limit_s
    part, whole = RISKY_SHARE
    if over or website.charged_s * whole >= website.limit_s * part:
        return Verdict.AT_RISK
    return Verdict.KEPT


def _severity(website: WebsiteDowntime) -> tuple[int, float]:
    used = website.charged_s / website.limit_s if website.limit_s else float(website.charged_s)
    return verdict_of(website).weight, used


def _sentence(website: WebsiteDowntime) -> str:
    verdict = verdict_of(website)
    if verdict is Verdict.UNPROVEN:
        return f"Not proven: nobody has watched {website.name} in this contract year."
    if verdict is Verdict.BROKEN:
        over = say(website.charged_s - website.limit_s)
        return f"{website.name} was down for {over} more than the {say(website.limit_s)} agreed. {_bounds(website)}"
    left = f"{website.name} has {say(website.limit_s - website.charged_s)} left of {say(website.limit_s)}"
    return f"{left}{_outlook(website)}. {_bounds(website)}"


def _would_break(website: WebsiteDowntime) -> str:
    left_s = website.limit_s - website.charged_s
    if left_s < 0:
        return "It is broken until the contract year ends."
    said = f"{website.name} is down for more than another {say(left_s)} in this contract year."
    if website.breaks_at is None:
        return said
    return f"{said} At the present rate that is on {on(website.breaks_at.date())}."


def _distance(website: WebsiteDowntime) -> str:
    left_s = website.limit_s - website.charged_s
    if left_s < 0:
        return f"{say(-left_s)} past {say(website.limit_s)}"
    return f"{say(left_s)} left of {say(website.limit_s)}"


def _outlook(website: WebsiteDowntime) -> str:
    if website.breaks_at is None:
        return ""
    return f"; at the present rate it is used up on {on(website.breaks_at.date())}"


def _bounds(website: WebsiteDowntime) -> str:
    seen = f"Between {say(website.lower_s)} and {say(website.upper_s)} down, as finely as the checks can tell"
    return f"{seen}; {say(website.unknown_s)} unknown." if website.unknown_s else f"{seen}."
