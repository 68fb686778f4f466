"""Which probers are alive, from when their signs of life were last new. Pure; seconds are of a steady clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field

DEAD_AFTER_S = 7.0
"""More than three signs of life were due by then. With finding out and handing over it stays within 15 seconds."""

RETURN_S = 10.0
"""After a place was silent as a whole: how long those that return first wait for the others, before work moves."""


@dataclass(slots=True)
class Liveness:
    """What one observer saw. Time in which it could see nobody is held against none of them."""

    _new_at_s: dict[str, float] = field(default_factory=dict)
    _held_until_s: dict[str, float] = field(default_factory=dict)
    _silent: set[str] = field(default_factory=set)

    def see(self, name: str, now_s: float) -> None:
        """A new sign of life came from `name`."""
        self._new_at_s[name] = now_s

    def end(self, name: str) -> None:
        """`name` said that it ends."""
        self._new_at_s.pop(name, None)

    def look_anew(self, names: Iterable[str], now_s: float) -> None:
        """The observer begins, or could not see for a while: `names` were at work, and are given time to be seen."""
        self._new_at_s = dict.fromkeys(names, now_s)
        self._held_until_s, self._silent = {}, set()

    def alive(self, names: Iterable[str], now_s: float) -> frozenset[str]:
        """Those of `names` that are alive."""
        return frozenset(each for each in names if now_s - self._new_at_s.get(each, float("-inf")) < DEAD_AFTER_S)

    def may_move(self, place: str, alive: frozenset[str], at_work: frozenset[str], now_s: float) -> bool:
        """Whether the work of `place` may be shared anew. `at_work` are those that have work.

        Where nobody is alive it stays as it is: whoever is only cut off goes on with it. Where they return, the first
        does not take what the others will be back for in a moment.
        """
        if not alive:
            self._silent.add(place)
            return False
        if place in self._silent:
            self._silent.discard(place)
            self._held_until_s[place] = now_s + RETURN_S
        return now_s >= self._held_until_s.get(place, now_s) or at_work <= alive
