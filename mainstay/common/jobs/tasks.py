"""Declaring tasks and enqueuing jobs of them."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from mainstay.common.backoff import Backoff
from mainstay.common.jobs.enqueue import insert
from mainstay.common.jobs.lanes import checked
from mainstay.common.models.job import Job

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
MAX_ATTEMPTS = 10


class GiveUp(Exception):
    """Raised by a task that cannot succeed however often it is tried. The text is kept with the job."""


class TryLater(Exception):
    """Raised by a task that met an expected obstacle, such as a server that is away. The text is kept with the job."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A function that runs in a lane. Calling it runs it here and now."""

    function: Callable[..., Any]
    queue: str
    max_attempts: int
    backoff: Backoff
    run_after: datetime = AT_ONCE
    priority: int = 0
    key: str = ""

    @property
    def name(self) -> str:
        return name_of(self.function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def using(self, **options: Any) -> "Task":
        """The same task with other `run_after`, `priority` (higher goes first) or `key`.

        Of waiting jobs with the same key there is one; enqueuing again returns it, and makes it run earlier when
        that was asked for. Jobs of the same key never run at the same time.
        """
        unknown = set(options) - {"run_after", "priority", "key"}
        if unknown:
            raise TypeError(f"using() takes run_after, priority and key, not {', '.join(sorted(unknown))}")
        return replace(self, **{name: value for name, value in options.items() if value is not None})

    def enqueue(self, **kwargs: Any) -> Job:
        """Store a job in the caller's transaction: rolled back with it, visible to workers when it commits.

        Raises:
            TypeError: the arguments do not fit the function, or are no JSON.
        """
        self._check(kwargs)
        return insert(
            Job(
                task=self.name,
                queue=self.queue,
                arguments=kwargs,
                priority=self.priority,
                run_after=self.run_after,
                key=self.key,
                max_attempts=self.max_attempts,
                enqueued_at=timezone.now(),
            )
        )

    def run(self, arguments: dict[str, Any], at: datetime) -> Any:
        """Call the function as a worker does at `at`."""
        if self._takes_at and "at" not in arguments:
            arguments = {**arguments, "at": at}
        return self.function(**arguments)

    @property
    def _takes_at(self) -> bool:
        return "at" in inspect.signature(self.function).parameters

    def _check(self, kwargs: dict[str, Any]) -> None:
        given = {**kwargs, "at": None} if self._takes_at else kwargs
        inspect.signature(self.function).bind(**given)
        if json.loads(json.dumps(kwargs)) != kwargs:
            raise TypeError(f"arguments of {self.name} must be plain JSON values")


_by_name: dict[str, Task] = {}


def task(
    *, queue: str, max_attempts: int = MAX_ATTEMPTS, backoff: Backoff | None = None
) -> Callable[[Callable[..., Any]], Task]:
    """Declare a task. It is tried at most `max_attempts` times, a worker's death counted, with doubling waits.

    Raises:
        NoSuchLane: no lane is called `queue`.
    """
    checked(queue)

    def declare(function: Callable[..., Any]) -> Task:
        return register(Task(function=function, queue=queue, max_attempts=max_attempts, backoff=backoff or Backoff()))

    return declare


def register(declared: Task) -> Task:
    """Make a task known to this process's workers."""
    _by_name[declared.name] = declared
    return declared


def task_called(name: str) -> Task:
    """The task called `name`.

    Raises:
        LookupError: this version knows no such task.
    """
    try:
        return _by_name[name]
    except KeyError:
        raise LookupError(f"no task is called {name}") from None


def name_of(function: Callable[..., Any]) -> str:
    """The name under which jobs of a function are kept."""
    return f"{function.__module__}.{function.__qualname__}"
