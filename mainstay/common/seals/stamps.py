"""Time stamps on heads of the sealed log: when one is due, fetching it, and what is wrong with those there are."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from mainstay.common.models import TimeStamp, TreeHead
from mainstay.common.seals import authority
from mainstay.common.seals.log import head

FORM = "mainstay head 1"
QUIET = timedelta(hours=1)
APART = timedelta(hours=20)
LONGEST = timedelta(hours=26)


def text_of(size: int, root: str) -> bytes:
    """The lines that are stamped: a head of the log."""
    return f"{FORM}\nsize {size}\nroot {root}\n".encode()


def is_due(head_at: datetime, last_at: datetime | None, at: datetime) -> bool:
    """Whether the latest head, made at `head_at`, wants a stamp; the last one was got at `last_at`.

    About once a day, when the day's sealing has been quiet for an hour, so that the stamp is on all of it; where it is
    never quiet, all the same after 26 hours.
    """
    if last_at is not None and at - last_at < APART:
        return False
    return at - head_at >= QUIET or (last_at is not None and at - last_at >= LONGEST)


def unstamped(at: datetime) -> TreeHead | None:
    """The latest head, where a stamp on it is due."""
    latest = head()
    if latest is None or TimeStamp.objects.filter(head=latest).exists():
        return None
    last = TimeStamp.objects.aggregate(last=Max("at"))["last"]
    return latest if is_due(latest.at, last, at) else None


def stamp(found: TreeHead, *, url: str, roots: str) -> TimeStamp:
    """Have a head stamped, and keep the stamp. `roots`: a PEM file of the authorities that count.

    Raises:
        StampRefused: there is none to be had.
    """
    got = authority.ask(url, text_of(found.size, found.root), authority.read_roots(roots))
    with transaction.atomic():
        kept: TimeStamp = TimeStamp.objects.create(
            head=found, response=got.response, at=got.at, authority=got.authority
        )
    return kept


def wrong(roots: str) -> Iterator[str]:
    """Of the stamps that are kept, those that do not hold, each in a sentence.

    Raises:
        StampRefused: the file of authorities cannot be read.
    """
    stamps = TimeStamp.objects.select_related("head").order_by("head")
    if not stamps:
        return
    trusted = authority.read_roots(roots)
    for each in stamps.iterator():
        try:
            said = authority.check(bytes(each.response), text_of(each.head.size, each.head.root), trusted)
        except authority.StampRefused as problem:
            yield f"The time stamp on the head of {each.head_id} entries is not right: {problem}."
            continue
        if (said.at, said.authority) != (each.at, each.authority):
            yield f"The time stamp on the head of {each.head_id} entries was altered: it says {said.at:%Y-%m-%d %H:%M}."


def latest(at: datetime | None = None) -> TimeStamp | None:
    """The latest stamp, or the latest that was got by `at`."""
    stamps = TimeStamp.objects.filter(at__lte=at) if at is not None else TimeStamp.objects.all()
    found: TimeStamp | None = stamps.select_related("head").order_by("-head").first()
    return found


def covering(size: int) -> list[TimeStamp]:
    """The earliest stamp on a head of `size` entries or more, and the latest there is; none twice."""
    stamps = TimeStamp.objects.select_related("head").order_by("head")
    first, last = stamps.filter(head__size__gte=size).first(), stamps.last()
    return list({each.pk: each for each in (first, last) if each is not None}.values())
