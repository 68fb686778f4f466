"""The subjects and streams on the message server, and which of them a prober may use. Pure.

Names of places and probers are short names (`setting_forms.short_name`), so that each is one word of a subject.
"""

from dataclasses import dataclass

PARTITIONS = 16
"""Results of one monitor are always in the same partition, and a partition is one judge's. To be changed only while no
results wait."""

RESULTS = "mainstay-results"
LIVES = "mainstay-lives"
WORK = "mainstay-work"
JUDGES = "mainstay-judges"
HEAD = "head"


class NoSuchSubject(ValueError):
    """A message came by a subject that nobody should send to."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The prober that a subject belongs to."""

    place: str
    prober: str

    def __str__(self) -> str:
        return f"{self.place}/{self.prober}"


def partition_of(monitor_id: int) -> int:
    """The partition of a monitor's results."""
    return monitor_id % PARTITIONS


def results(sender: Sender, partition: int) -> str:
    """Where a prober publishes what it saw of the monitors of a partition."""
    return f"mainstay.results.{sender.place}.{sender.prober}.{partition}"


def results_of(partition: int) -> str:
    """The results of a partition, from all probers."""
    return f"mainstay.results.*.*.{partition}"


def life(sender: Sender) -> str:
    """Where a prober publishes its signs of life."""
    return f"mainstay.life.{sender.place}.{sender.prober}"


def work(sender: Sender, part: str) -> str:
    """Where a prober finds a part of its work; the part `HEAD` says which parts there are."""
    return f"mainstay.work.{sender.place}.{sender.prober}.{part}"


def judge(name: str) -> str:
    """Where a judge says that it is there."""
    return f"mainstay.judge.{name}"


def inbox(sender: Sender) -> str:
    """What the subjects begin with at which a prober is answered; nobody else hears there."""
    return f"_INBOX_{sender.place}_{sender.prober}"


def sender_of(subject: str) -> Sender:
    """Who a subject of results or life belongs to.

    Raises:
        NoSuchSubject: it is of another form.
    """
    words = subject.split(".")
    if len(words) < 4 or words[:2] not in (["mainstay", "results"], ["mainstay", "life"]):
        raise NoSuchSubject(subject)
    return Sender(words[2], words[3])


def may_publish(sender: Sender) -> list[str]:
    """All that a prober may publish to: its own results and life, and the questions for its own work and life."""
    return [
        results(sender, 0).rpartition(".")[0] + ".*",
        life(sender),
        f"$JS.API.DIRECT.GET.{LIVES}.{life(sender)}",
        f"$JS.API.DIRECT.GET.{WORK}.{work(sender, '*')}",
    ]


def may_hear(sender: Sender) -> list[str]:
    """All that a prober may subscribe to."""
    return [f"{inbox(sender)}.>"]
