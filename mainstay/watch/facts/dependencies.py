"""What websites depend on, and what happens to that. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class DependencyKind(StrEnum):
    """What websites stand behind."""

    HOST = "host"
    NAME_SERVER = "name_server"
    GATEWAY = "gateway"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class _AboutDependency:
    dependency_id: int

    @property
    def subject(self) -> str:
        return f"dependency:{self.dependency_id}"


@dataclass(frozen=True)
class DependencyAdded(_AboutDependency):
    """Something that websites depend on is watched by a monitor of its own."""

    kind: ClassVar[str] = "watch.dependency_added"
    monitor_id: int


@dataclass(frozen=True)
class DependencyChanged(_AboutDependency):
    """A dependency is called otherwise, looked at elsewhere, or stands behind another; `fields` names what."""

    kind: ClassVar[str] = "watch.dependency_changed"
    fields: tuple[str, ...]


@dataclass(frozen=True)
class WebsitesPlaced(_AboutDependency):
    """Websites of a client stand behind a dependency from now on, or no longer do (`is_behind` is false)."""

    kind: ClassVar[str] = "watch.websites_placed"
    website_ids: tuple[int, ...]
    is_behind: bool


@dataclass(frozen=True)
class DependencyFailed(_AboutDependency):
    """A dependency was confirmed to be down; `outage_ids` are those that it had made by then."""

    kind: ClassVar[str] = "watch.dependency_failed"
    failure_id: int
    started_at: datetime
    outage_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class DependencyRecovered(_AboutDependency):
    """The dependency is up again."""

    kind: ClassVar[str] = "watch.dependency_recovered"
    failure_id: int
    ended_at: datetime
