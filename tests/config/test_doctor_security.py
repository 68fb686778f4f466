"""`mainstay doctor --security`: each fault of a set-up is found and named, and a good one passes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from mainstay.common import sealed, walls
from mainstay.common.health import Health, examine
from mainstay.config.doctor import security
from tests.cast import Cast


@pytest.fixture
def safe(cast: Cast, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """An installation that is set up as it should be."""
    settings.MAINSTAY = replace(settings.MAINSTAY, url="https://care.example.org", data=tmp_path)
    settings.ALLOWED_HOSTS = ["care.example.org"]
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    (tmp_path / sealed.FILE).write_text(f"{sealed.new_key()}\n")
    (tmp_path / sealed.FILE).chmod(0o600)
    monkeypatch.setattr(security, "_is_open", lambda path: False)
    Authenticator.objects.create(user=cast.administrator, type="totp", data={})
    return cast


def found(name: str) -> Health:
    return next(each.verdict for each in examine(security.TOPIC) if each.name == name)


def test_a_good_installation_passes(safe: Cast) -> None:
    verdicts = {each.name: each.verdict for each in examine(security.TOPIC)}
    assert verdicts.pop("walls") == (Health.OK if connection.vendor == "postgresql" else Health.WARN)
    assert len(verdicts) == 9
    assert set(verdicts.values()) == {Health.OK}, verdicts


def _setting(name: str, value: Any) -> Callable[[Any], None]:
    return lambda settings: setattr(settings, name, value)


def _ours(**changes: Any) -> Callable[[Any], None]:
    return lambda settings: setattr(settings, "MAINSTAY", replace(settings.MAINSTAY, **changes))


FAULTS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "errors in full": ("debugging", _setting("DEBUG", True)),
    "the demo world": ("debugging", _ours(demo=True)),
    "no encryption": ("encryption", _ours(url="http://care.example.org")),
    "no strict transport": ("encryption", _setting("SECURE_HSTS_SECONDS", 0)),
    "any host": ("host names", _setting("ALLOWED_HOSTS", ["*"])),
    "any subdomain": ("host names", _setting("ALLOWED_HOSTS", [".example.org"])),
    "open session cookie": ("cookies", _setting("SESSION_COOKIE_SECURE", False)),
    "session cookie for scripts": ("cookies", _setting("SESSION_COOKIE_HTTPONLY", False)),
    "session cookie for other sites": ("cookies", _setting("SESSION_COOKIE_SAMESITE", "None")),
    "no policy header": (
        "headers",
        lambda settings: settings.MIDDLEWARE.remove("csp.middleware.CSPMiddleware"),
    ),
    "framed": (
        "headers",
        lambda settings: settings.MIDDLEWARE.remove("django.middleware.clickjacking.XFrameOptionsMiddleware"),
    ),
    "a short key": ("keys", _setting("SECRET_KEY", "short")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(safe: Cast, settings: Any, fault: str) -> None:
    name, break_it = FAULTS[fault]
    settings.MIDDLEWARE = list(settings.MIDDLEWARE)
    break_it(settings)
    assert found(name) == Health.FAIL


def test_a_key_that_others_may_read_is_found(safe: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "_is_open", lambda path: path.name == sealed.FILE)
    assert found("keys") == Health.FAIL


def test_a_key_of_its_own_is_advised(safe: Cast) -> None:
    sealed.keys_file().unlink()
    assert found("keys") == Health.WARN


def test_an_administrator_without_a_second_factor_is_found(safe: Cast) -> None:
    Authenticator.objects.all().delete()
    assert found("administrators") == Health.FAIL


def test_facts_that_can_be_edited_are_found(safe: Cast) -> None:
    of_table = " ON common_factrecord" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER common_factrecord_frozen{of_table}")
    assert found("record") == Health.FAIL


def test_a_table_without_its_wall_is_found(safe: Cast) -> None:
    if connection.vendor != "postgresql":
        assert walls.raise_walls() == []
        return
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_ticket DISABLE ROW LEVEL SECURITY")
    assert found("walls") == Health.FAIL
    assert found("database role") == Health.OK
