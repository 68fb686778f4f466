"""What a kind of check is: how it is told to people, what its monitor is pointed at, its settings, and its probe."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from mainstay.watch.engine.steps import Spec, Steps
from mainstay.watch.rules.memory import BAD_CHECKS_TO_CONFIRM, GOOD_CHECKS_TO_CONFIRM

DAY_S = 86_400


class Pointed(StrEnum):
    """What stands in a monitor's address: `https://name/path`, `name`, `name:port`, or nothing at all."""

    URL = "url"
    HOST = "host"
    HOST_PORT = "host_port"
    NOTHING = "nothing"


class ProbeSettings(BaseModel):
    """The settings of one kind. A field's title is its label in forms, its description the help beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=False)


class SettingsWrong(ValueError):
    """A monitor's settings cannot be: `field` is the first that is wrong, the text says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of check.

    `port` is the usual one where an address names none. `counts` says whether a new monitor of the kind takes part
    in the availability rule; `interval_s` how often it usually looks. A kind without a `probe` waits to be called.
    `secrets` names the settings that are kept sealed and never shown again. `bad_needed` and `good_needed` are how
    many checks in a row make the judge sure.
    """

    key: str
    label: str
    explanation: str
    pointed: Pointed
    settings: type[ProbeSettings]
    probe: Callable[[Spec], Steps] | None
    port: int = 0
    counts: bool = True
    interval_s: int = 60
    interval_s_min: int = 1
    interval_s_max: int = DAY_S
    secrets: tuple[str, ...] = ()
    bad_needed: int = BAD_CHECKS_TO_CONFIRM
    good_needed: int = GOOD_CHECKS_TO_CONFIRM

    @property
    def is_called(self) -> bool:
        """Whether it waits to be called, and looks at nothing itself."""
        return self.probe is None

    def read(self, given: dict[str, Any]) -> ProbeSettings:
        """The settings as the probe gets them.

        Raises:
            SettingsWrong: one is unknown, missing or out of range.
        """
        try:
            return self.settings.model_validate(given)
        except ValidationError as problem:
            first = problem.errors(include_url=False)[0]
            field = str(first["loc"][0]) if first["loc"] else ""
            raise SettingsWrong(field, _plain(first["msg"])) from problem


def _plain(message: str) -> str:
    """Pydantic's message as a sentence."""
    text = message.removeprefix("Value error, ")
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
