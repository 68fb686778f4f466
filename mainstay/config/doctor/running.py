"""Whether what should be running is: the site, the prober, the jobs, incoming mail."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from mainstay.common import seals
from mainstay.common.health import Finding, check
from mainstay.common.listening import CannotListen, answers_http, is_free
from mainstay.common.models import Channel, PeriodicSlot
from mainstay.common.seals import stamps
from mainstay.desk.channels import imap, places
from mainstay.watch.evidence.stores import FileMissing
from mainstay.watch.queries import Presence, doubts_now, evidence, life, probers_now, set_aside_since, underway
from mainstay.watch.queries.alerts import alerts_that_cannot_be_told, lost_alerts

ANSWER_S = 5.0
TRIAL = "doctor/trial"
UNSTAMPED = timedelta(days=2)
SILENT = timedelta(minutes=2)
RECENT = timedelta(days=7)
IDLE = timedelta(minutes=20)
"""Some periodic task begins every 5 minutes at least."""


@check("site")
def site() -> Finding:
    """Whether the site answers where it should be."""
    return _listener("MAINSTAY_WEB_LISTEN", settings.MAINSTAY.web_listen, _site_answers)


@check("prober")
def prober() -> Finding:
    """Whether somebody watches: time without a prober is unknown, and no outage is found."""
    if not life.is_anything_watched():
        return Finding.ok("there is nothing to watch yet")
    now = timezone.now()
    latest = life.latest_prober(now)
    if latest is None:
        return Finding.fail("nobody has watched yet", "Start it: mainstay serve, or mainstay watch")
    if life.prober_is_silent(now):
        return Finding.fail(
            f"nobody watches: the prober at {latest.place!r} was last seen {latest.seen_at:%Y-%m-%d %H:%M:%S} UTC",
            "Start it: mainstay serve, or mainstay watch; see its log",
        )
    silent = [f"{each.name or each.place}" for each in probers_now(now) if each.presence is Presence.SILENT]
    if silent:
        return Finding.warn(f"silent probers: {', '.join(silent)}", "Start them, or withdraw them: mainstay probers")
    return Finding.ok(f"the prober at {latest.place!r} watches {latest.monitors} monitors")


@check("evidence storage")
def evidence_storage() -> Finding:
    """Whether the day files of checks can be written and read back where they should lie."""
    if not settings.MAINSTAY.evidence_bucket:
        return Finding.ok("day files lie in the data folder")
    where, store = settings.MAINSTAY.evidence_bucket, evidence.bucket()
    try:
        with store.writing(TRIAL) as path:
            path.write_bytes(b"a trial of mainstay doctor")
        with store.reading(TRIAL):
            store.remove(TRIAL)
    except (OSError, FileMissing) as problem:
        return Finding.fail(
            f"{where} cannot be used: {problem}", "Look at the settings of the bucket, and at what the key may do there"
        )
    if left := sum(1 for _ in evidence.own_folder().names()):
        return Finding.warn(f"{left} day files still lie in the data folder", "Run mainstay evidence move")
    return Finding.ok(f"day files lie in {where}")


@check("time stamps")
def time_stamps() -> Finding:
    """Whether somebody else says when the log stood as it does."""
    url, latest, head = settings.MAINSTAY.timestamp_url, stamps.latest(), seals.head()
    if not url or head is None:
        return Finding.ok("none are asked for" if not url else "nothing is sealed yet")
    old = latest is None or (latest.head_id < head.size and latest.at < timezone.now() - UNSTAMPED)
    if old and head.at < timezone.now() - stamps.QUIET:
        since = "there is none" if latest is None else f"the last is of {latest.at:%Y-%m-%d %H:%M}"
        return Finding.warn(
            f"{url} gives no time stamps: {since}", "See the log for the reason; it is tried every half hour"
        )
    return Finding.ok(f"the last is of {latest.at:%Y-%m-%d %H:%M} UTC" if latest else "the first is due within hours")


@check("probers on other machines")
def remote_probers() -> Finding:
    """Whether results come in over the message server, by honest clocks, and encrypted."""
    if not settings.MAINSTAY.nats_url:
        return Finding.ok("there are none")
    now = timezone.now()
    found, off = underway(), [each.name for each in probers_now(now) if each.is_clock_off]
    if found is None or found.looked_at is None or found.looked_at < now - SILENT:
        return Finding.fail("nobody takes results in", "Start it: mainstay judge; see its log")
    if off:
        return Finding.fail(f"clocks are wrong: {', '.join(off)}", "Run a time service (chrony) on those machines")
    if count := set_aside_since(now - RECENT).count():
        return Finding.warn(f"{count} results of 7 days were set aside", "Look at Probers in the console")
    if open_way := [each for each in settings.MAINSTAY.nats_url if not _is_private(each)]:
        return Finding.warn(
            f"{open_way[0]} is not encrypted", "Set MAINSTAY_NATS_URL to tls:// and MAINSTAY_NATS_CA_FILE"
        )
    return Finding.ok(f"{found.waiting} messages wait; judges: {found.judges}")


def _is_private(address: str) -> bool:
    """Whether nobody can listen in: by TLS, or since it stays on this machine."""
    return address.startswith("tls://") or urlsplit(address).hostname in {"127.0.0.1", "::1", "localhost"}


@check("prober trust")
def prober_trust() -> Finding:
    """Whether the probers are believed: while one is doubted, what it says to be down is unknown."""
    doubt = doubts_now().first()
    if doubt is not None:
        return Finding.fail(
            f"the prober at {doubt.place!r} is doubted since {doubt.from_at:%Y-%m-%d %H:%M:%S} UTC: {doubt.why}",
            "Look at the connection of its machine, its name servers, and MAINSTAY_WATCH_CANARIES",
        )
    known = len(settings.MAINSTAY.watch_canaries)
    return Finding.ok(f"every prober is believed; {known} canaries are set (MAINSTAY_WATCH_CANARIES)")


@check("alerts")
def alerts() -> Finding:
    """Whether people hear of what happens: alerts that were lost, and channels that fail."""
    lost = lost_alerts(timezone.now() - RECENT).count()
    if lost:
        return Finding.fail(f"{lost} alerts reached nobody in 7 days", "See Alerts in the console; repair the channel")
    stuck = alerts_that_cannot_be_told().count()
    if stuck:
        return Finding.fail(
            f"{stuck} alerts cannot be written", "See the worker's log: it names the case and the error"
        )
    failing = [each.name for each in Channel.objects.filter(paused_at=None, failed_at__isnull=False) if each.fails]
    if failing:
        return Finding.warn(f"alerts do not arrive on {', '.join(failing)}", "Send a trial on the channel's page")
    return Finding.ok("no alert was lost, no channel fails")


@check("worker")
def worker() -> Finding:
    """Whether somebody does the jobs: a worker that is away leaves nothing waiting that runs by the clock."""
    latest = PeriodicSlot.objects.order_by("-slot_at").first()
    if latest is None:
        return Finding.warn("no jobs were done yet", "Start it: mainstay serve, or mainstay work")
    if latest.slot_at < timezone.now() - IDLE:
        return Finding.fail(
            f"nobody does the jobs: the last began {latest.slot_at:%Y-%m-%d %H:%M} UTC",
            "Start it: mainstay serve, or mainstay work; see its log",
        )
    if hung := life.hung_lanes(timezone.now()):
        return Finding.fail(f"lanes hang, or fail each time: {', '.join(hung)}", "See the worker's log; start it again")
    return Finding.ok("jobs are being done")


@check("mail listener")
def mail_listener() -> Finding:
    """Whether the listener is there that mail is handed to."""
    if not settings.MAINSTAY.mail_listen:
        return Finding.ok("none is wanted")
    return _listener("MAINSTAY_MAIL_LISTEN", settings.MAINSTAY.mail_listen)


@check("mailbox")
def mailbox() -> Finding:
    """Whether every mailbox that is to be read can be opened."""
    wanted = places.wanted()
    if not wanted:
        return Finding.ok("none is read")
    remedy = "Check MAINSTAY_IMAP_URL, or Desk > Mailboxes, and the mail server"
    for key, place in wanted.items():
        try:
            if isinstance(place, str):
                raise imap.NotOpened(place)
            imap.try_out(place)
        except imap.NotOpened as problem:
            return Finding.fail(f"{key} cannot be opened: {problem}", remedy)
    return Finding.ok(f"{', '.join(wanted)} opens")


def _listener(setting: str, address: str, answers: Callable[[str], bool] | None = None) -> Finding:
    try:
        if is_free(address):
            return Finding.warn(f"nothing listens on {address}", "Start it: mainstay serve")
    except CannotListen as problem:
        return Finding.fail(str(problem), f"Set {setting} to an address of this machine")
    if answers is not None and not answers(address):
        return Finding.fail(f"what listens on {address} gives no answer", "Look at the log, and start it again")
    return Finding.ok(f"listening on {address}")


def _site_answers(address: str) -> bool:
    return answers_http(address, ANSWER_S)
