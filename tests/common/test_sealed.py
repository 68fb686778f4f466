"""Secrets are kept sealed, and a database without the key opens none."""

import pytest

from mainstay.common import sealed


def test_what_is_sealed_is_opened_again_and_never_twice_the_same() -> None:
    one, other = sealed.seal("pässword"), sealed.seal("pässword")

    assert "pässword" not in one
    assert one != other
    assert sealed.unseal(one) == sealed.unseal(other) == "pässword"
    assert sealed.seal(one) == one


def test_nothing_stays_nothing_and_what_was_never_sealed_is_itself() -> None:
    assert sealed.seal("") == sealed.unseal("") == ""
    assert sealed.unseal("plain") == "plain"


def test_another_key_opens_nothing(settings) -> None:
    kept = sealed.seal("secret")
    settings.SECRET_KEY = "another key"

    with pytest.raises(sealed.CannotBeOpened, match="enter it again"):
        sealed.unseal(kept)


@pytest.mark.parametrize("damaged", ["sealed:1:", "sealed:1:x", "sealed:1:Ünïcode"])
def test_damage_is_told(damaged: str) -> None:
    with pytest.raises(sealed.CannotBeOpened):
        sealed.unseal(damaged)
