"""What a password must be."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from mainstay.access.models import User
from mainstay.access.passwords import LENGTH_MAX, is_guessable

OWNER = User(name="Wilhelmina Grünewald", email="w.gruenewald@library.example")


@pytest.mark.parametrize(
    "password",
    [
        "brisk otter lantern",
        "Tr0ub4dor&3-zebra-lamp",
        "пять слов подряд тут",
        "x7#Kq9!mWp2$zR4",
        "a" + "bcdfgh jklmnp qrst",
    ],
)
def test_a_long_uncommon_password_is_taken(password: str) -> None:
    validate_password(password, OWNER)


@pytest.mark.parametrize(
    "password",
    [
        "password1234567",
        "PasswordPassword",
        "123456789012345",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "qwertyuiop12345",
        "abcdefghijklmnop",
        "WilhelminaGrünewald",
        "administrator2026",
    ],
)
def test_a_guessable_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match=r"easy to guess|common"):
        validate_password(password, OWNER)


def test_fourteen_characters_are_too_few() -> None:
    with pytest.raises(ValidationError, match="at least 15"):
        validate_password("brisk otter la", OWNER)


def test_a_very_long_password_is_taken_up_to_a_bound() -> None:
    words = "brisk otter lantern crossing the quiet estuary at dawn "
    validate_password((words * 5)[:LENGTH_MAX], OWNER)
    with pytest.raises(ValidationError, match="at most 256"):
        validate_password((words * 6)[: LENGTH_MAX + 1], OWNER)


@pytest.mark.django_db
def test_eight_characters_suffice_with_a_second_factor(cast) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    with pytest.raises(ValidationError):
        validate_password("k7#Vq9!m", cast.helper)
    TOTP.activate(cast.helper, generate_totp_secret())
    validate_password("k7#Vq9!m", cast.helper)


def test_own_words_count_as_nothing() -> None:
    assert is_guessable("wilhelmina-1", frozenset({"wilhelmina"}))
    assert not is_guessable("wilhelmina saw nine herons", frozenset({"wilhelmina"}))


def test_it_opens_however_the_keyboard_composes_it() -> None:
    user = User(email="a@example.org")
    user.set_password("caf\u00e9 otter lantern")
    assert user.check_password("cafe\u0301 otter lantern")
    assert not user.check_password("cafe otter lantern")
    assert not user.check_password(None)
