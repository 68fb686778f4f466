"""Messages with results as a judge gets them: who sent them, what is in them, and whether that is believed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from mainstay.watch.actions import BATCH_MAX, Reached, Unbelieved
from mainstay.watch.bus import envelope, subjects
from mainstay.watch.bus.credential import NotSigned, verified
from mainstay.watch.facts import SetAsideReason
from mainstay.watch.models import RemoteProber
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.records import CannotBeRead

SKEW_MS_MAX = 5_000
"""A prober whose clock is further off than this is not believed: its instants would be charged to the wrong time."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, by its number and digest in the stream: what of it is taken in, and what is set aside."""

    reached: Reached
    partition: int
    batch: Batch = field(default_factory=Batch)
    aside: tuple[Unbelieved, ...] = ()
    turns_back: bool = False


def opened(
    subject: str, sequence: int, sent_at: datetime, message: bytes, probers: Mapping[str, RemoteProber]
) -> Letter:
    """A message as a letter. Whatever is wrong with it is said in it: nothing that comes holds up what follows.

    `sent_at` is when the message server had it; `probers` are all that were ever added, by their names.
    """
    partition = int(subject.rpartition(".")[2])
    reached = Reached(sequence, sha256(message).hexdigest())
    try:
        sender = subjects.sender_of(subject)
        prober = probers.get(sender.prober)
        if prober is None or prober.place != sender.place:
            raise _NotBelieved(SetAsideReason.WITHDRAWN, "no such prober")
        if prober.withdrawn_at is not None and sent_at >= prober.withdrawn_at:
            raise _NotBelieved(SetAsideReason.WITHDRAWN, "it was withdrawn before")
        contents = envelope.read(verified(prober.public_key, subject, message))
        return _believed(reached, partition, sender, contents, message)
    except _NotBelieved as problem:
        reason, detail = problem.reason, str(problem)
    except NotSigned as problem:
        reason, detail = SetAsideReason.UNSIGNED, str(problem)
    except (CannotBeRead, subjects.NoSuchSubject) as problem:
        reason, detail = SetAsideReason.UNREADABLE, str(problem)
    return Letter(reached, partition, aside=(Unbelieved(_said_to_be(subject), reason, detail, message),))


def batched(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Letters in their order, as many together as one transaction takes; a jump of the clock begins anew."""
    group: list[Letter] = []
    size = 0
    for letter in letters:
        grown = size + len(letter.batch)
        if group and (grown > BATCH_MAX or letter.turns_back):
            yield group
            group, grown = [], len(letter.batch)
        group.append(letter)
        size = grown
    if group:
        yield group


class _NotBelieved(Exception):
    def __init__(self, reason: SetAsideReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def _believed(
    reached: Reached, partition: int, sender: subjects.Sender, contents: envelope.Contents, message: bytes
) -> Letter:
    if not envelope.speaks_for(contents.batch, sender.place):
        raise _NotBelieved(SetAsideReason.NOT_ITS_OWN, f"it stands at {sender.place}")
    if abs(contents.skew_ms) > SKEW_MS_MAX:
        raise _NotBelieved(SetAsideReason.CLOCK, f"its clock is {contents.skew_ms / 1000:+.1f} s off")
    found = contents.batch
    batch = Batch([replace(each, prober=sender.prober) for each in found.checks], found.missed, found.canaries)
    aside: tuple[Unbelieved, ...] = ()
    if contents.unreadable:
        detail = f"{contents.unreadable} of its records; perhaps the prober is of a newer version"
        aside = (Unbelieved(str(sender), SetAsideReason.UNREADABLE, detail, message),)
    return Letter(reached, partition, batch, aside, contents.turns_back)


def _said_to_be(subject: str) -> str:
    return "/".join(subject.split(".")[2:4])
