"""What outages of the demo world are put down to, what of them is left out of the charge, and what was put right."""

from datetime import datetime, timedelta

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.demo.world.people import Settled
from mainstay.watch import actions as watch
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Outage

HOUR = timedelta(hours=1)
DECIDED = (
    (Attributed.HOSTING, "The provider's status page names the outage of its storage."),
    (Attributed.OUR_CHANGE, "The update of the shop's plugin was not compatible. It was rolled back."),
    (Attributed.ATTACK, "Requests from four thousand addresses within a minute; they are blocked since."),
)
CAUSED_BY_CLIENT = "Their own change to the name servers, made on that morning."


def decide(settled: list[Settled], staff: dict[str, User], at: datetime) -> None:
    """The latest outages of each client are put down to something. Where the agreement leaves a cause out, one outage
    is left out with the client's consent, and another waits for it; of one client the record was put right.
    """
    corrected = False
    for each in settled:
        manager, outages = staff[each.plan.manager], _latest(each.client, at)
        for outage, (to, reason) in zip(outages[2:], DECIDED, strict=False):
            watch.attribute(outage=outage, to=to, reason=reason, by=manager, at=_after(outage))
        if each.plan.excluded:
            _leave_out(each, outages[:2], manager, at)
        elif len(outages) > 1 and not corrected:
            _put_right(outages[1], manager)
            corrected = True


def _leave_out(settled: Settled, outages: list[Outage], manager: User, at: datetime) -> None:
    administrator = next(each.user for each in settled.contacts if each.role == Role.CLIENT_ADMINISTRATOR)
    for number, outage in enumerate(outages):
        asked_at = min(_after(outage), at - HOUR)
        watch.attribute(outage=outage, to=Attributed.CLIENT_CHANGE, reason=CAUSED_BY_CLIENT, by=manager, at=asked_at)
        found = watch.ask_exclusion(
            outage=outage, reason="As section 2 of the agreement says.", by=manager, at=asked_at
        )
        if number and administrator is not None:
            watch.grant_exclusion(exclusion=found, by=administrator, at=min(asked_at + 20 * HOUR, at))


def _put_right(outage: Outage, manager: User) -> None:
    """The website's own log knows better when it was up again."""
    assert outage.ended_at is not None  # noqa: S101 - `_latest` gives no others
    watch.move_outage(
        outage=outage,
        started_at=outage.started_at,
        ended_at=outage.ended_at + timedelta(minutes=4),
        reason="The web server's own log shows no answered request for four minutes more.",
        by=manager,
        at=_after(outage),
    )


def _latest(client: Organisation, at: datetime) -> list[Outage]:
    """The latest outages that are over, the newest first."""
    ended = Outage.objects.valid().filter(client=client, ended_at__isnull=False, ended_at__lt=at - 2 * HOUR)
    return list(ended.select_related("client", "website", "environment").order_by("-started_at")[:5])


def _after(outage: Outage) -> datetime:
    assert outage.ended_at is not None  # noqa: S101 - `_latest` gives no others
    return outage.ended_at + HOUR
