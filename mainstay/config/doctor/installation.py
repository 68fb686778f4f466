"""How the installation is set: the site's address and its certificate, proxies, the database's version, Chromium."""

import subprocess
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from mainstay.common.health import Finding, check
from mainstay.common.listening import split_listen
from mainstay.config import prepare
from mainstay.watch.codes import State, sentence
from mainstay.watch.observe import observe

VERSION_TIMEOUT_S = 20
PUBLIC_TIMEOUT_S = 10.0
CERTIFICATE_WARN = timedelta(days=7)
SIGN_IN = "/accounts/login/"


@check("site address")
def site_address() -> Finding:
    """Links in mails need the address that people use; without TLS passwords travel in the open."""
    public = urlsplit(settings.MAINSTAY.url)
    if public.scheme not in {"http", "https"} or not public.hostname:
        return Finding.fail(
            f"{settings.MAINSTAY.url!r} is no address", "Set MAINSTAY_URL, for example https://care.agency.example"
        )
    if public.scheme == "http" and public.hostname not in {"127.0.0.1", "localhost", "::1"}:
        return Finding.fail(
            f"{settings.MAINSTAY.url} is not encrypted",
            "Put a TLS proxy in front and set MAINSTAY_URL to its https address",
        )
    return _reached() if public.scheme == "https" else Finding.ok(f"links lead to {settings.MAINSTAY.url}")


def _reached() -> Finding:
    """Whether the public address answers with a good certificate, seen from this machine as a visitor would."""
    seen = observe(f"{settings.MAINSTAY.url}{SIGN_IN}", timeout_s=PUBLIC_TIMEOUT_S, allow_private=True).finding
    if seen.state == State.DOWN:
        return Finding.fail(
            f"{settings.MAINSTAY.url} does not work from here: {sentence(seen.code, seen.detail)}",
            "Start mainstay serve; look at the proxy, its certificate and the name server",
        )
    ends_at = seen.cert_not_after
    if ends_at is not None and ends_at < timezone.now() + CERTIFICATE_WARN:
        return Finding.warn(f"the certificate of {settings.MAINSTAY.url} ends on {ends_at:%Y-%m-%d}", "Renew it")
    return Finding.ok(f"links lead to {settings.MAINSTAY.url}, which answers")


@check("trusted proxies")
def trusted_proxies() -> Finding:
    """Rate limits count visitors by address: behind a proxy that is not named, all visitors are one."""
    host, _ = split_listen(settings.MAINSTAY.web_listen)
    behind = urlsplit(settings.MAINSTAY.url).scheme == "https"
    if behind and not settings.MAINSTAY.trusted_proxies:
        return Finding.fail(
            "the site is behind a TLS proxy, but no proxy is trusted: rate limits see one visitor only",
            "Set MAINSTAY_TRUSTED_PROXIES to the number of proxies in front (usually 1)",
        )
    if settings.MAINSTAY.trusted_proxies and host not in {"127.0.0.1", "::1", "localhost"}:
        return Finding.warn(
            f"{settings.MAINSTAY.trusted_proxies} proxies are trusted while the site listens on {host}",
            "Let only the proxy reach the site: anybody else could pretend to be any address",
        )
    return Finding.ok(f"{settings.MAINSTAY.trusted_proxies} trusted proxies")


@check("database version")
def database_version() -> Finding:
    """Whether the database is as this version expects it."""
    if prepare.is_empty():
        return Finding.fail("the database is empty", "Run mainstay init, or mainstay demo to look around")
    if prepare.has_pending_migrations():
        return Finding.fail("the database is of an older version", "Run mainstay upgrade")
    if not prepare.holds_agency():
        return Finding.fail("the database holds no agency", "Run mainstay init, or mainstay demo to look around")
    return Finding.ok("up to date")


@check("Chromium")
def chromium() -> Finding:
    """Chromium is needed for looking at pages as a person sees them; all else works without."""
    path = Path(settings.MAINSTAY.chromium)
    if not path.exists():
        return Finding.warn(f"{path} is missing", "Debian: apt install chromium; elsewhere set MAINSTAY_CHROMIUM")
    try:
        answer = subprocess.run(  # nosec B603 # noqa: S603 - the administrator's own setting, no shell
            [str(path), "--version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as problem:
        return Finding.warn(f"{path} does not run: {problem}", "Install Chromium again")
    return Finding.ok(answer.stdout.strip())


@check("deployment")
def deployment() -> Finding:
    """Django's own checks for a site that strangers can reach."""
    if urlsplit(settings.MAINSTAY.url).scheme != "https":
        return Finding.ok("not reachable from outside by its settings")
    try:
        call_command("check", deploy=True, fail_level="WARNING", verbosity=0, stdout=StringIO())
    except SystemCheckError as problem:
        return Finding.warn(str(problem).splitlines()[0], "Run mainstay manage check --deploy for the list")
    return Finding.ok("Django's deployment checks pass")
