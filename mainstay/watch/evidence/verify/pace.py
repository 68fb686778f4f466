"""Whether a website was slow in a run of like checks: two slow ones in a row say so, and two others in a row that it is
so no more, either from the first of them. One alone changes nothing, and nor does what went before a failure, a check
that could not see, or a time for which no check speaks.
"""

from mainstay.watch.evidence.verify.judging import DEGRADED, DOWN, UNKNOWN, UP

LOOKS_TO_CONFIRM = 2


def states_at_pace(runs, ends, states, passing):
    """The state of each run, in their order; `ends`: until when each speaks, `passing`: the codes of slow checks."""
    found, is_slow, looks, waiting, until = [], False, 0, [], None
    for run, end in zip(runs, ends, strict=True):
        state, says_slow = states[run.code], run.code in passing
        if state in (DOWN, UNKNOWN) or (until is not None and run.first > until):
            is_slow, looks, waiting = False, 0, []
        until = end
        if state in (DOWN, UNKNOWN):
            found.append(state)
            continue
        found.append(state_at_pace(run, states, passing, is_slow))
        if says_slow == is_slow:
            looks, waiting = 0, []
            continue
        looks, waiting = looks + (1 if run.first == run.last else 2), [*waiting, run]
        if looks >= LOOKS_TO_CONFIRM:
            found[-len(waiting) :] = (state_at_pace(each, states, passing, says_slow) for each in waiting)
            is_slow, looks, waiting = says_slow, 0, []
    return found


def state_at_pace(run, states, passing, is_slow):
    """How a run of good checks is shown, while it is slow and while it is not."""
    if is_slow:
        return DEGRADED
    return UP if run.code in passing else states[run.code]
