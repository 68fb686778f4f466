"""How safely the installation is set up: `mainstay doctor --security`."""

import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.access import queries
from mainstay.common import health, sealed, walls
from mainstay.common.health import Finding

TOPIC = "security"
check: Callable[[str], Callable[[health.Check], health.Check]] = partial(health.check, topic=TOPIC)

SECRET_LENGTH = 32
FROZEN = ("common_factrecord", "common_trace")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every page says to browsers, and how it begins or what it holds."""


@check("debugging")
def debugging() -> Finding:
    """Errors in full tell strangers how the site is built; demo accounts have known passwords."""
    if settings.DEBUG:
        return Finding.fail("errors are shown in full to everybody", "Remove MAINSTAY_DEBUG")
    if settings.MAINSTAY.demo:
        return Finding.fail("this is the demo world: its passwords are known", "Begin anew with mainstay init")
    return Finding.ok("debugging is off, and this is no demo")


@check("encryption")
def encryption() -> Finding:
    """Without TLS passwords and sessions travel in the open."""
    public = urlsplit(settings.MAINSTAY.url)
    if public.scheme != "https":
        return Finding.fail(f"{settings.MAINSTAY.url} is not encrypted", "Set MAINSTAY_URL to an https address")
    if not settings.SECURE_HSTS_SECONDS:
        return Finding.fail("browsers are not told to insist on TLS", "Set SECURE_HSTS_SECONDS to a year")
    return Finding.ok("the site is reached by TLS, and browsers are told to insist on it")


@check("host names")
def host_names() -> Finding:
    """A host name that anybody can choose ends up in links and caches."""
    loose = [each for each in settings.ALLOWED_HOSTS if each == "*" or each.startswith(".")]
    if loose:
        return Finding.fail(f"the site answers to {', '.join(loose)}", "Name each host in MAINSTAY_ALLOWED_HOSTS")
    return Finding.ok(f"the site answers to {', '.join(dict.fromkeys(settings.ALLOWED_HOSTS))}")


@check("cookies")
def cookies() -> Finding:
    """A cookie that scripts or other sites can use gives the session away."""
    wrong = [
        name
        for name, is_right in {
            "SESSION_COOKIE_SECURE": settings.SESSION_COOKIE_SECURE,
            "CSRF_COOKIE_SECURE": settings.CSRF_COOKIE_SECURE,
            "SESSION_COOKIE_HTTPONLY": settings.SESSION_COOKIE_HTTPONLY,
            "SESSION_COOKIE_SAMESITE": settings.SESSION_COOKIE_SAMESITE in ("Lax", "Strict"),
        }.items()
        if not is_right
    ]
    if wrong:
        return Finding.fail(f"cookies are loose: {', '.join(wrong)}", "Set MAINSTAY_URL to an https address")
    return Finding.ok("cookies are for this site, TLS and no script")


@check("headers")
def headers() -> Finding:
    """What browsers are told with a page, asked of the site's own code."""
    host = urlsplit(settings.MAINSTAY.url).hostname or "127.0.0.1"
    answer = Client(raise_request_exception=False).get(reverse("account_login"), secure=True, headers={"host": host})
    missing = [name for name, wanted in HEADERS.items() if wanted not in answer.get(name, "")]
    if answer.status_code != 200 or missing:
        return Finding.fail(f"pages come without {', '.join(missing) or 'an answer'}", "Remove what changes MIDDLEWARE")
    if "unsafe" in answer["Content-Security-Policy"]:
        return Finding.fail("the content security policy allows inline scripts", "Restore CONTENT_SECURITY_POLICY")
    return Finding.ok(f"{len(HEADERS)} headers stand on pages")


@check("keys")
def keys() -> Finding:
    """Whoever reads the keys can sign in as anybody and open every kept secret."""
    if len(settings.SECRET_KEY) < SECRET_LENGTH:
        return Finding.fail("the secret key is short", "Remove MAINSTAY_SECRET_KEY: a good one is made")
    open_ones = [path for path in (settings.MAINSTAY.data / "secret.key", sealed.keys_file()) if _is_open(path)]
    if open_ones:
        return Finding.fail(f"others may read {open_ones[0]}", f"chmod 600 {open_ones[0]}")
    held = sealed.keys_held()
    if not held:
        return Finding.warn(
            "kept secrets are sealed with the key that signs too", "Run mainstay keys rotate: they get one of their own"
        )
    return Finding.ok(f"{len(held)} sealing keys; nobody else may read them")


@check("database role")
def database_role() -> Finding:
    """A superuser passes every wall. SQLite has no roles: there the file is looked at."""
    if connection.vendor != "postgresql":
        path = Path(connection.settings_dict["NAME"])
        if _is_open(path):
            return Finding.fail(f"others may read {path}", f"chmod 600 {path}")
        return Finding.ok("nobody else may read the database file")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, is_super, passes = cursor.fetchone()
    if is_super or passes:
        return Finding.fail(
            f"the role {name} passes row-level security", f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS, or use another"
        )
    return Finding.ok(f"the role {name} is no superuser")


@check("walls")
def clients_walls() -> Finding:
    """Row-level security of every table that carries a client."""
    if connection.vendor != "postgresql":
        return Finding.warn("SQLite has no row-level security: gates alone part the clients", "Use PostgreSQL for many")
    if missing := walls.missing():
        return Finding.fail(f"{len(missing)} tables have no wall: {', '.join(missing[:3])}", "Run mainstay upgrade")
    return Finding.ok(f"{len(walls.walls())} tables hide other clients’ rows")


@check("record")
def record() -> Finding:
    """The database refuses to edit facts and where they came from."""
    wanted = {f"{table}_frozen" for table in FROZEN}
    source = "sqlite_master WHERE type = 'trigger' AND name"
    if connection.vendor == "postgresql":
        source = "pg_trigger WHERE tgenabled <> 'D' AND tgname"
    column = source.rsplit(" ", 1)[1]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {source} LIKE 'common%%frozen'")  # nosec B608 # noqa: S608 - words of our own
        standing = {name for (name,) in cursor.fetchall()}
    if missing := sorted(wanted - standing):
        return Finding.fail(
            f"rows can be edited: {', '.join(missing)} is gone", "Restore a backup; run mainstay verify"
        )
    return Finding.ok("facts cannot be edited")


@check("administrators")
def administrators() -> Finding:
    """An administrator's password alone should open nothing."""
    known = set(Authenticator.objects.values_list("user_id", flat=True))
    bare = [each for each in queries.administrators() if each.pk not in known]
    if not bare:
        return Finding.ok("every administrator has a second factor")
    oldest = min(bare, key=lambda each: each.created_at)
    days = (timezone.now() - oldest.created_at).days
    return Finding.fail(
        f"{len(bare)} administrators have no second factor; {oldest.name} for {days} days",
        "They set one up on their account page",
    )


def _is_open(path: Path) -> bool:
    """Whether others than the owner may read or write it."""
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
