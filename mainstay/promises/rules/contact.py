"""S6: a clear point of contact and a named account manager, who reviews the agreement each quarter."""

from datetime import date, timedelta

from mainstay.policy.promises import Clause, Judgement, Verdict
from mainstay.promises.facts import ContactFacts, Review
from mainstay.promises.rules.words import count, listed, on

QUARTER = timedelta(days=92)
ARRANGE_WITHIN = timedelta(days=14)
TARGET = "a person and a deputy named, a review each quarter"


def judge(facts: ContactFacts) -> Judgement:
    """Broken without a person or with a review missed; at risk with one of two, or a review due and not arranged."""
    verdict, sentence = _people(facts)
    ends_on = review_ends_on(facts)
    if verdict is not Verdict.BROKEN:
        review_verdict, review_sentence = _reviews(facts)
        verdict = Verdict.worst((verdict, review_verdict))
        sentence = f"{sentence} {review_sentence}"
    named = [name for name in (facts.manager, facts.deputy) if name]
    return Judgement(
        clause=Clause.ACCOUNT_MANAGER,
        verdict=verdict,
        actual=", ".join(named) or "nobody",
        target=TARGET,
        sentence=sentence,
        would_break=_would_break(facts, ends_on),
        distance=_distance(facts, ends_on),
    )


def review_ends_on(facts: ContactFacts) -> date | None:
    """The last day on which the review of this quarter can be held; None before an agreement is in force."""
    missed = _missed(facts)
    if missed is not None:
        return missed.due_on
    coming = _next(facts)
    last = _last(facts)
    if coming is not None and (last is None or coming.due_on - last <= QUARTER):
        return coming.due_on
    return None if last is None else last + QUARTER


def _distance(facts: ContactFacts, ends_on: date | None) -> str:
    if not facts.manager and not facts.deputy:
        return "nobody is named"
    if ends_on is None:
        return ""
    days = (ends_on - facts.today).days
    return f"{count(days, 'day')} left for the review" if days >= 0 else f"the review is {count(-days, 'day')} late"


def _would_break(facts: ContactFacts, ends_on: date | None) -> str:
    if ends_on is None or ends_on < facts.today or not (facts.manager or facts.deputy):
        return ""
    return f"Nobody is named any more, or no review is held by {on(ends_on)}."


def _next(facts: ContactFacts) -> Review | None:
    """The first review that is still to be held."""
    ahead = (each for each in sorted(facts.reviews, key=_due) if each.due_on >= facts.today and each.held_on is None)
    return next(ahead, None)


def _people(facts: ContactFacts) -> tuple[Verdict, str]:
    if (facts.manager or facts.deputy) and not facts.is_anybody_there:
        named = [each for each in (facts.manager, facts.deputy) if each]
        said = f"{listed(named)} {'are' if named[1:] else 'is'} named, but away; nobody stands in now."
        return Verdict.AT_RISK, said
    if facts.manager and facts.deputy:
        return Verdict.KEPT, f"{facts.manager} is your account manager, {facts.deputy} the deputy."
    if facts.manager:
        return Verdict.AT_RISK, f"{facts.manager} is your account manager; no deputy is named."
    if facts.deputy:
        return Verdict.AT_RISK, f"No account manager is named; {facts.deputy} stands in as deputy."
    return Verdict.BROKEN, "Nobody is named as your account manager."


def _reviews(facts: ContactFacts) -> tuple[Verdict, str]:
    missed = _missed(facts)
    if missed is not None:
        return Verdict.BROKEN, f"The review due on {on(missed.due_on)} was not held."
    coming = _next(facts)
    last = _last(facts)
    if coming is None or (last is not None and coming.due_on - last > QUARTER):
        return _since(last, facts)
    return _coming(coming, facts)


def _missed(facts: ContactFacts) -> Review | None:
    """The latest review due before today that nobody has held."""
    over = (each for each in sorted(facts.reviews, key=_due, reverse=True) if each.due_on < facts.today)
    latest = next(over, None)
    return latest if latest is not None and latest.held_on is None else None


def _coming(review: Review, facts: ContactFacts) -> tuple[Verdict, str]:
    if review.arranged_on is not None:
        return Verdict.KEPT, f"The next review is arranged for {on(review.arranged_on)}."
    soon = review.due_on - facts.today <= ARRANGE_WITHIN
    said = f"The next review is due on {on(review.due_on)}"
    return (Verdict.AT_RISK, f"{said} and not arranged.") if soon else (Verdict.KEPT, f"{said}.")


def _last(facts: ContactFacts) -> date | None:
    """The end of the last quarter that had its review, or the beginning. One held early stands for its quarter."""
    held = [max(each.held_on, each.due_on) for each in facts.reviews if each.held_on is not None]
    return max(held, default=facts.began_on)


def _since(last: date | None, facts: ContactFacts) -> tuple[Verdict, str]:
    """Without a review planned in time, what counts is how long the last one, or the beginning, lies back."""
    if last is None:
        return Verdict.UNPROVEN, "No agreement is in force, so no review is owed."
    if facts.today - last > QUARTER:
        return Verdict.BROKEN, f"No review has been held since {on(last)}."
    soon = facts.today - last > QUARTER - ARRANGE_WITHIN
    return (Verdict.AT_RISK if soon else Verdict.KEPT), f"The next review is due by {on(last + QUARTER)}."


def _due(review: Review) -> tuple[int, int]:
    return review.due_on.toordinal(), 0 if review.held_on is None else 1
