"""Does a task that runs by itself, as a nightly backup, report that it ran. Nothing is looked at: the task calls."""

from typing import Annotated, Any

from pydantic import Field

from mainstay.watch.probes.kind import DAY_S, Kind, Pointed, ProbeSettings
from mainstay.watch.rules.beats import INTERVAL_S_MAX, Rhythm, rhythm


class Settings(ProbeSettings):
    """How late a task may be, and how long it may run."""

    grace_s: Annotated[
        int,
        Field(
            title="Grace time (seconds)",
            description="So much later than it is expected, and the task is late.",
            ge=10,
            le=INTERVAL_S_MAX,
        ),
    ] = 3600
    run_s_max: Annotated[
        int | None,
        Field(
            title="Longest run (seconds)",
            description="How long a task that said it began may run. Empty: as long as the grace time.",
            ge=1,
            le=INTERVAL_S_MAX,
        ),
    ] = None


def rhythm_of(interval_s: int, kept: dict[str, Any]) -> Rhythm:
    """The rhythm of a monitor's interval and settings.

    Raises:
        SettingsWrong: the settings cannot be read.
    """
    settings = KIND.read(kept)
    assert isinstance(settings, Settings)  # noqa: S101 - says the type
    return rhythm(interval_s, settings.grace_s, settings.run_s_max)


KIND = Kind(
    key="heartbeat",
    label="Task (heartbeat)",
    explanation="Waits for a task, such as a nightly backup, to call an address of its own, and tells when it is late.",
    pointed=Pointed.NOTHING,
    settings=Settings,
    probe=None,
    counts=False,
    interval_s=DAY_S,
    interval_s_min=10,
    interval_s_max=INTERVAL_S_MAX,
    bad_needed=1,
    good_needed=1,
)
