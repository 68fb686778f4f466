"""Time stamps on heads of the sealed log: had from OpenSSL's authority, kept only when they hold."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from mainstay.common import seals, worker
from mainstay.common.seals import Entry, StampRefused, TimeStamp, authority, stamps
from tests.stamping import NAME, StampingAuthority

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DIGEST = sha256(b"rows").hexdigest()


@pytest.fixture
def stamper(tmp_path: Path, settings) -> Iterator[StampingAuthority]:
    """An authority that the installation asks and believes."""
    found = StampingAuthority(tmp_path / "tsa")
    settings.MAINSTAY = replace(settings.MAINSTAY, timestamp_url=found.url, timestamp_roots=found.roots)
    yield found
    found.close()


def sealed(subject: str, at: datetime) -> None:
    seals.seal([(Entry(subject, 1, DIGEST), None)], at=at)


@pytest.mark.parametrize(
    ("head_age", "last_age", "due"),
    [
        (2 * HOUR, None, True),
        (HOUR / 2, None, False),
        (2 * HOUR, 19 * HOUR, False),
        (2 * HOUR, 21 * HOUR, True),
        (HOUR / 2, 21 * HOUR, False),
        (HOUR / 2, 27 * HOUR, True),
    ],
)
def test_a_stamp_is_due_about_once_a_day_when_sealing_is_quiet(
    head_age: timedelta, last_age: timedelta | None, due: bool
) -> None:
    assert stamps.is_due(NOW - head_age, NOW - last_age if last_age else None, NOW) is due


@pytest.mark.django_db
def test_a_head_is_stamped_once_and_the_stamp_holds(stamper: StampingAuthority) -> None:
    before = timezone.now().replace(microsecond=0)
    sealed("facts/agency/2026-03-01", before - 2 * HOUR)

    worker.stamp_head(timezone.now())
    worker.stamp_head(timezone.now())

    kept = TimeStamp.objects.get()
    assert (kept.head_id, kept.authority, stamper.asked) == (1, NAME, 1)
    assert before <= kept.at <= timezone.now()
    assert list(stamps.wrong(stamper.roots)) == []
    with pytest.raises(seals.SealsAreAppendOnly):
        TimeStamp.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize(("mood", "told"), [("noise", "did not answer with a stamp"), ("refuse", "refuses")])
def test_what_is_no_stamp_is_not_kept_and_asked_for_again(stamper: StampingAuthority, mood: str, told: str) -> None:
    sealed("facts/agency/2026-03-01", timezone.now() - 2 * HOUR)
    head, stamper.mood = seals.head(), mood

    with pytest.raises(StampRefused, match=told):
        stamps.stamp(head, url=stamper.url, roots=stamper.roots)
    worker.stamp_head(timezone.now())
    assert not TimeStamp.objects.exists()

    stamper.mood = ""
    worker.stamp_head(timezone.now())
    assert TimeStamp.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_to_an_older_question_is_refused(stamper: StampingAuthority) -> None:
    roots = authority.read_roots(stamper.roots)
    authority.ask(stamper.url, b"the same text", roots)
    stamper.mood = "old"

    with pytest.raises(StampRefused, match="Nonce"):
        authority.ask(stamper.url, b"the same text", roots)


def test_an_authority_that_nobody_believes_is_refused(stamper: StampingAuthority, tmp_path: Path) -> None:
    other = StampingAuthority(tmp_path / "other")
    other.close()

    with pytest.raises(StampRefused, match="does not hold"):
        authority.ask(stamper.url, b"a text", authority.read_roots(other.roots))


def test_a_certificate_that_had_ended_stamps_nothing(tmp_path: Path) -> None:
    ended = StampingAuthority(tmp_path / "tsa", ends=-timedelta(days=1))
    try:
        with pytest.raises(StampRefused, match="does not hold"):
            authority.ask(ended.url, b"a text", authority.read_roots(ended.roots))
    finally:
        ended.close()


def test_nobody_there_is_told() -> None:
    with pytest.raises(StampRefused, match="cannot be asked"):
        authority.ask("http://127.0.0.1:9/tsr", b"a text", [])


def test_no_file_of_authorities_is_told() -> None:
    with pytest.raises(StampRefused, match="MAINSTAY_TIMESTAMP_ROOTS names no file"):
        authority.read_roots("")


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "roots.pem").write_bytes(content)

    with pytest.raises(StampRefused, match=r"roots\.pem cannot be read"):
        authority.read_roots(str(tmp_path / "roots.pem"))


ALTERED = {
    "another time": "UPDATE common_timestamp SET at = '2020-01-01 00:00:00+00:00'",
    "another name": "UPDATE common_timestamp SET authority = 'Somebody'",
    "another root": f"UPDATE common_treehead SET root = '{'0' * 64}'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED)
def test_a_stamp_that_was_altered_is_named(stamper: StampingAuthority, statement: str) -> None:
    sealed("facts/agency/2026-03-01", timezone.now() - 2 * HOUR)
    worker.stamp_head(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(statement)

    (told,) = stamps.wrong(stamper.roots)

    assert told.startswith("The time stamp on the head of 1 entries")


@pytest.mark.django_db
def test_the_stamp_that_covers_a_log_and_the_latest_are_told(stamper: StampingAuthority) -> None:
    for day in (1, 2, 3):
        sealed(f"facts/agency/2026-03-0{day}", timezone.now() - 2 * HOUR)
        stamps.stamp(seals.head(), url=stamper.url, roots=stamper.roots)

    assert [each.head_id for each in stamps.covering(2)] == [2, 3]
    assert [each.head_id for each in stamps.covering(3)] == [3]
    assert [each.head_id for each in stamps.covering(4)] == [3]
    assert stamps.latest(timezone.now() - HOUR) is None
