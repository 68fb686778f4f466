"""The judges that are there: who has which partitions, and which one hands out the work."""

import os
import re
import secrets
import socket
from dataclasses import dataclass, field

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from mainstay.watch.bus import streams, subjects
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.rules.assignment import owner, shares

SHOW_EVERY_S = 2.0
WORK = "work"


def own_name() -> str:
    """A name for this process that no other one has."""
    host = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().lower())[:40]
    return f"{host}-{os.getpid()}-{secrets.token_hex(2)}"


@dataclass(slots=True)
class Peers:
    """All judges, as this one, `name`, sees them. Each finds the same shares by itself; none has to be asked.

    For a moment after one came or went two may think that a partition is theirs: the database lets only one of them
    go on with it.
    """

    name: str = field(default_factory=own_name)
    names: frozenset[str] = frozenset()
    _shown_s: float = float("-inf")

    @property
    def hands_out_work(self) -> bool:
        """Whether this judge is the one that gives the probers their work."""
        return owner(WORK, self.names) == self.name

    async def share(self, js: JetStreamContext) -> set[int]:
        """Say that this judge is there, see who else is, and give its partitions."""
        if boot_s() - self._shown_s >= SHOW_EVERY_S:
            await js.publish(subjects.judge(self.name), b"", stream=subjects.JUDGES)
            found = await streams.present(js, subjects.JUDGES, subjects.judge(">"))
            self.names = frozenset({each.rpartition(".")[2] for each in found} | {self.name})
            self._shown_s = boot_s()
        return set(shares(range(subjects.PARTITIONS), self.names)[self.name])

    async def leave(self, js: JetStreamContext) -> None:
        """This judge ends in good order."""
        self.names = frozenset()
        try:
            await js.purge_stream(subjects.JUDGES, subject=subjects.judge(self.name))
        except NotFoundError:
            return  # nobody could see it any more
