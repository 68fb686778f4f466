"""What reports by itself: a heartbeat, where this version has such a kind. Pure."""

from mainstay.watch.exchange.draft import INTERVAL_S_MAX, NAME_MAX, NotTaken, Sketch
from mainstay.watch.probes import KINDS

KIND = "heartbeat"
GRACE_S_MIN = 10


def wait_for(sketch: Sketch, interval_s: float, grace_s: float = 0) -> None:
    """Wait for a report each `interval_s`, and no longer past it than `grace_s`. Raises `NotTaken`."""
    kind = KINDS.get(KIND)
    if kind is None:
        raise NotTaken(KIND, "there is no such check in this version")
    sketch.every(interval_s, most_s=getattr(kind, "interval_s_max", INTERVAL_S_MAX))
    sketch.note("its address", "it gets another one here: what reports to it must be told")
    settings = {}
    if "grace_s" in kind.settings.model_fields:
        settings["grace_s"] = max(GRACE_S_MIN, round(grace_s))
    sketch.become(KIND, sketch.name[:NAME_MAX], settings)
