"""M1: the standing checks run at their rate. Until backups are recorded, that alone proves nothing good."""

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import WatchedWebsite, WatchFacts
from mainstay.promises.rules.words import count, listed

GRACE_S = 30
"""What a check may take by itself before the next counts as late."""
TARGET = "each website checked at its rate, backups fresh and restorable"
BACKUPS = "Backups are not recorded yet, so that the promise is not proven."


def judge(facts: WatchFacts) -> Judgement:
    """The website that was looked at longest ago decides; one that was never looked at is unproven.

    While nothing is known of backups the promise is never kept, only broken, at risk or unproven.
    """
    if not facts.websites:
        return unproven(Clause.MAINTENANCE, TARGET, "Not proven: no website is under this agreement.")
    verdict = Verdict.worst(verdict_of(each) for each in facts.websites)
    concerned = [each for each in facts.websites if verdict_of(each) is verdict]
    watched = sum(verdict_of(each) is Verdict.KEPT for each in facts.websites)
    return Judgement(
        clause=Clause.MAINTENANCE,
        verdict=Verdict.worst((verdict, Verdict.UNPROVEN)),
        actual=f"{watched} of {count(len(facts.websites), 'website')} checked on time",
        target=TARGET,
        sentence=_sentence(verdict, concerned),
        would_break=_would_break(facts),
        distance=_distance(facts),
    )


def verdict_of(website: WatchedWebsite) -> Verdict:
    """A check is late after one interval, and missing after two."""
    if website.interval_s is None or website.silent_s is None:
        return Verdict.UNPROVEN
    if website.silent_s > 2 * website.interval_s + GRACE_S:
        return Verdict.BROKEN
    return Verdict.AT_RISK if website.silent_s > website.interval_s + GRACE_S else Verdict.KEPT


def _left_s(website: WatchedWebsite) -> int | None:
    """Seconds until two intervals have gone without a check; None where that is not known."""
    if website.interval_s is None or website.silent_s is None:
        return None
    return 2 * website.interval_s + GRACE_S - website.silent_s


def _nearest(facts: WatchFacts) -> tuple[int, str] | None:
    """The least time left, and whose it is."""
    known = [(left_s, each.name) for each in facts.websites if (left_s := _left_s(each)) is not None]
    return min(known, default=None)


def _distance(facts: WatchFacts) -> str:
    nearest = _nearest(facts)
    if nearest is None:
        return ""
    left_s, name = nearest
    return f"{say(left_s)} until a check is missing ({name})" if left_s >= 0 else f"{say(-left_s)} too late ({name})"


def _would_break(facts: WatchFacts) -> str:
    nearest = _nearest(facts)
    if nearest is None or nearest[0] < 0:
        return ""
    return f"Nobody looks at {nearest[1]} for another {say(nearest[0])}."


def _sentence(verdict: Verdict, concerned: list[WatchedWebsite]) -> str:
    names = listed(each.name for each in concerned)
    if verdict is Verdict.KEPT:
        return f"All websites are checked at their rate. {BACKUPS}"
    if verdict is Verdict.UNPROVEN:
        return f"Not proven: nobody has looked at {names} yet."
    longest_s = max(each.silent_s or 0 for each in concerned)
    return f"The last check of {names} lies {say(longest_s)} back."
