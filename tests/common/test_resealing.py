"""Kept secrets get a new key, everywhere, and the old one can go."""

from datetime import datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

from mainstay.common import resealing, sealed
from mainstay.common.models import Channel, FactRecord
from tests.cast import Cast
from tests.desk.boxes import mailbox_of
from tests.watch.alerts import console_channel
from tests.watch.world import heartbeat_of


@pytest.fixture(autouse=True)
def _own_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of one test are not those of the next."""
    monkeypatch.setattr(sealed, "keys_file", lambda: tmp_path / "keys" / sealed.FILE)


def test_without_a_file_the_installations_own_key_seals() -> None:
    assert sealed.keys_held() == []
    assert sealed.unseal(sealed.seal("secret")) == "secret"


def test_a_new_key_seals_everything_anew_and_the_old_one_is_forgotten(cast: Cast, now: datetime) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    box = mailbox_of(cast.administrator)
    channel = console_channel()
    Channel.objects.filter(pk=channel.pk).update(address=sealed.seal("https://example.org/hook"))
    box.password = sealed.seal("a mailbox's password")
    box.save()
    before = (monitor.beat.token, box.password, Channel.objects.get(pk=channel.pk).address)
    said = resealing.rotate(at=now, forget=True)
    for row in (monitor.beat, box, channel):
        row.refresh_from_db()
    after = (monitor.beat.token, box.password, channel.address)
    (key,) = sealed.keys_held()
    assert said.unopened == 0 and said.resealed >= len(after) and said.kept == 1
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert [Fernet(key).decrypt(each.removeprefix(sealed.MARK).encode()) for each in after[1:]] == [
        b"a mailbox's password",
        b"https://example.org/hook",
    ]
    assert sealed.keys_file().stat().st_mode & 0o077 == 0
    assert FactRecord.objects.get(kind="common.keys_rotated").process == "keys"


def test_rotating_twice_and_without_forgetting_keeps_all_keys(db: None, now: datetime) -> None:
    resealing.rotate(at=now)
    held = sealed.seal("secret")
    resealing.rotate(at=now)
    assert len(sealed.keys_held()) == 2
    assert sealed.unseal(held) == "secret"
    resealing.rotate(at=now, forget=True)
    with pytest.raises(sealed.CannotBeOpened):
        sealed.unseal(held)


def test_what_no_key_opens_keeps_the_older_keys(cast: Cast, now: datetime) -> None:
    channel = console_channel()
    lost = sealed.MARK + Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    Channel.objects.filter(pk=channel.pk).update(address=lost)
    resealing.rotate(at=now)
    said = resealing.rotate(at=now, forget=True)
    assert (said.unopened, said.kept, Channel.objects.get(pk=channel.pk).address) == (1, 2, lost)


def test_values_inside_of_json_are_found(now: datetime) -> None:
    old = sealed.seal("inner")
    found = resealing._anew({"a": ["plain", {"b": old}], "c": 7})
    assert found["a"][0] == "plain" and found["c"] == 7
    assert found["a"][1]["b"] != old and sealed.unseal(found["a"][1]["b"]) == "inner"


def test_a_damaged_file_is_no_reason_to_seal_with_another_key() -> None:
    sealed.keys_file().parent.mkdir()
    sealed.keys_file().write_text("no key\n")
    with pytest.raises(sealed.KeysUnreadable):
        sealed.seal("secret")


def test_a_file_that_changes_counts_at_once() -> None:
    held = sealed.seal("secret")
    sealed.keys_file().parent.mkdir()
    sealed.keys_file().write_text(f"{sealed.new_key()}\n")
    assert sealed.unseal(held) == "secret"
    assert Fernet(sealed.keys_held()[0]).decrypt(sealed.seal("new").removeprefix(sealed.MARK).encode()) == b"new"
    assert settings.SECRET_KEY not in sealed.keys_held()
