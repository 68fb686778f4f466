"""Monitors that a file of another product describes, before anything is saved, and what of it cannot be kept. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from mainstay.watch.probes import KINDS, SettingsWrong

MONITORS_MAX = 5000
"""How many monitors one file may hold."""

NAME_MAX = 100
PLAIN_MAX = 1000
INTERVAL_S_MIN, INTERVAL_S_MAX = 1, 86_400
TIMEOUT_S_MIN, TIMEOUT_S_MAX = 1, 60
USUAL_TIMEOUT_S = 10


class FileRefused(ValueError):
    """The file is none that monitors can be read from; the text says why."""


class NotTaken(Exception):
    """A monitor cannot be kept as it is: `what` of it, and `why`."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why = what, why


@dataclass(frozen=True, slots=True)
class Draft:
    """A monitor as it would be added. `website` and `environment` say where it stood, in a file of our own."""

    name: str
    kind: str
    url: str
    settings: dict[str, Any] = field(default_factory=dict)
    interval_seconds: int = 60
    timeout_seconds: int = USUAL_TIMEOUT_S
    counts: bool = True
    is_paused: bool = False
    allow_private: bool = False
    website: str = ""
    environment: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What cannot be taken over: of which monitor (empty: of the file), what, and why.

    `is_whole` says that nothing of the monitor is taken.
    """

    monitor: str
    what: str
    why: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds."""

    product: str
    drafts: tuple[Draft, ...]
    left_out: tuple[LeftOut, ...]


class Sketch:
    """One monitor of the file while it is read: the drafts it becomes, and what of it is left out."""

    def __init__(self, name: str) -> None:
        self.name = plain(name) or "(no name)"
        self.drafts: list[Draft] = []
        self.notes: list[tuple[str, str]] = []
        self.is_paused = False
        self._interval_s = 60
        self._timeout_s = USUAL_TIMEOUT_S

    def note(self, what: str, why: str) -> None:
        """One option is left out, or kept differently; the monitor itself is taken."""
        self.notes.append((what, why))

    def every(self, seconds: float, most_s: int = INTERVAL_S_MAX) -> None:
        """How often it looks, brought into what is possible here."""
        self._interval_s = round(min(max(seconds, INTERVAL_S_MIN), most_s))
        if abs(self._interval_s - seconds) > 0.5:
            self.note(
                f"interval of {seconds:g} s", f"it becomes {self._interval_s} s, the nearest that is possible here"
            )

    def within(self, seconds: float) -> None:
        """How long an answer may take, brought into what is possible here."""
        limit = min(TIMEOUT_S_MAX, self._interval_s * 2)
        self._timeout_s = max(TIMEOUT_S_MIN, int(min(max(seconds, TIMEOUT_S_MIN), limit)))
        if abs(self._timeout_s - seconds) >= 1:
            self.note(
                f"time limit of {seconds:g} s", f"it becomes {self._timeout_s} s, the nearest that is possible here"
            )

    def become(self, kind: str, url: str, settings: dict[str, Any] | None = None, *, suffix: str = "") -> None:
        """Add a draft.

        Raises:
            NotTaken: there is no such kind here, or it cannot have these settings.
        """
        found = KINDS.get(kind)
        if found is None:
            raise NotTaken(kind, "there is no such check in this version")
        settings = settings or {}
        refuse_unstorable((self.name, url, settings))
        try:
            found.read(settings)
        except SettingsWrong as problem:
            field = found.settings.model_fields.get(problem.field)
            what = field.title if field is not None and field.title else problem.field
            raise NotTaken(what or "settings", str(problem)) from problem
        interval_s = max(self._interval_s, found.interval_s) if suffix else self._interval_s
        self.drafts.append(
            Draft(
                name=self._name(suffix),
                kind=kind,
                url=url,
                settings=settings,
                interval_seconds=interval_s,
                timeout_seconds=self._timeout_s,
                counts=found.counts,
                is_paused=self.is_paused,
            )
        )

    def _name(self, suffix: str) -> str:
        room = NAME_MAX - len(suffix)
        if len(self.name) > room and not suffix:
            self.note("name", f"only its first {room} characters can be kept")
        return self.name[:room] + suffix


class Gathering:
    """What is read of one file, monitor by monitor."""

    def __init__(self, product: str) -> None:
        self.product = product
        self._drafts: list[Draft] = []
        self._left_out: list[LeftOut] = []
        self._seen = 0

    def take(self, sketch: Sketch, read: Callable[[Sketch, Any], None], entry: Any) -> None:
        """Let `read` fill the sketch from its entry; where it says that it cannot be kept, nothing of it is.

        Raises:
            FileRefused: there are too many.
        """
        self._count()
        try:
            read(sketch, entry)
        except NotTaken as problem:
            self.refuse(sketch.name, problem.what, problem.why)
            return
        self._drafts.extend(sketch.drafts)
        self._left_out.extend(LeftOut(sketch.name, *_short(what, why)) for what, why in sketch.notes)

    def refuse(self, name: str, what: str, why: str) -> None:
        """A whole monitor is left out."""
        self._left_out.append(LeftOut(name, *_short(what, why), is_whole=True))

    def remark(self, what: str, why: str) -> None:
        """Something of the file itself is left out."""
        self._left_out.append(LeftOut("", *_short(what, why)))

    def _count(self) -> None:
        self._seen += 1
        if self._seen > MONITORS_MAX:
            raise FileRefused(f"It holds more than {MONITORS_MAX} monitors. Divide it.")

    def reading(self) -> Reading:
        """What was gathered; of drafts that say the same (the certificate of one server) the first stays."""
        return Reading(self.product, tuple(_once(self._drafts)), tuple(self._left_out))


def plain(text: Any) -> str:
    """The beginning of a text, on one line that can be shown and stored."""
    if not isinstance(text, str):
        return ""
    kept = "".join(each if each.isprintable() else " " for each in text[:PLAIN_MAX])
    return " ".join(kept.encode(errors="ignore").decode().split())


def refuse_unstorable(value: Any) -> None:
    """Refuse text that no database holds.

    Raises:
        NotTaken: there is some.
    """
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        for each in value:
            refuse_unstorable(each)
    elif isinstance(value, str) and ("\0" in value or value != value.encode(errors="ignore").decode()):
        raise NotTaken("text", "it holds characters that cannot be stored")


def _short(what: str, why: str) -> tuple[str, str]:
    """Both as one line of bearable length."""
    what, why = plain(what), plain(why).rstrip(".")
    return (what if len(what) <= 120 else f"{what[:119]}…"), (why if len(why) <= 300 else f"{why[:299]}…")


def _once(drafts: Iterable[Draft]) -> Iterable[Draft]:
    """Second checks that came along with several monitors are kept once."""
    seen: set[tuple[Any, ...]] = set()
    for draft in drafts:
        key = (draft.kind, draft.url, str(draft.settings), draft.is_paused)
        if draft.kind not in ("tls", "domain") or key not in seen:
            yield draft
        seen.add(key)
