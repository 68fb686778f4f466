"""The demo's tickets: opened, answered and solved through the desk's own actions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mainstay.access.models import User
from mainstay.demo.world.escalated import Event, catch_up, steps_until
from mainstay.demo.world.history import Planned
from mainstay.demo.world.people import DEMO, Settled
from mainstay.desk import actions as desk
from mainstay.desk.facts import Channel, TicketState
from mainstay.desk.models import Ticket
from mainstay.watch.models import Monitor, Outage

CHANNELS = (Channel.PORTAL, Channel.MAIL, Channel.PHONE, Channel.PORTAL, Channel.MAIL)


class Told:
    """One planned ticket on its way through the desk."""

    def __init__(self, plan: Planned, settled: Settled, number: int, helper: User, until: datetime) -> None:
        self.plan, self.settled, self.number, self.helper, self.until = plan, settled, number, helper, until
        self.ticket: Ticket | None = None

    def events(self) -> Iterator[Event]:
        """What happens to the ticket, each with its instant."""
        yield self.plan.opened_at, self._open
        for at, event in (
            (self.plan.answered_at, self._answer),
            (self.plan.thanked_at, self._thank),
            (self.plan.solved_at, self._solve),
        ):
            if at:
                yield from steps_until(self._of(), at, self.helper)
                yield at, event
        yield from steps_until(self._of(), self.until, self.helper)

    def _open(self) -> None:
        call, settled = self.plan.call, self.settled
        contact = next((each for each in settled.contacts if each.audience == call.audience), settled.contacts[0])
        self.ticket = desk.open_ticket(
            client=settled.client,
            website=settled.websites[self.number % len(settled.websites)],
            subject=call.subject,
            text=call.text,
            category=call.category,
            channel=CHANNELS[self.number % len(CHANNELS)],
            audience=call.audience,
            requester=contact,
            requester_address=contact.email,
            by=contact.user or DEMO,
            at=self.plan.opened_at,
        )

    def _answer(self) -> None:
        at = self.plan.answered_at or self.plan.opened_at
        desk.assign(ticket=self._of(), assignee=self.helper, by=self.helper, at=at)
        text = "Thank you for telling us. I am looking into it and will be back with you today."
        desk.reply(ticket=self._of(), text=text, by=self.helper, at=at)

    def _thank(self) -> None:
        ticket = self._of()
        text = self.plan.call.thanks
        at = self.plan.thanked_at or self.plan.opened_at
        author = ticket.requester.user if ticket.requester else None
        desk.add_message(ticket=ticket, text=text, channel=ticket.channel, by=author or DEMO, at=at)

    def _solve(self) -> None:
        at = self.plan.solved_at or self.plan.opened_at
        desk.resolve(ticket=self._of(), text=self.plan.call.answer, by=self.helper, at=at)

    def _of(self) -> Ticket:
        assert self.ticket is not None  # noqa: S101 - events come in their order
        self.ticket.refresh_from_db()
        return self.ticket


def solve_latest_outage(monitor: Monitor, engineer: User, *, late: bool) -> None:
    """What an engineer wrote on the ticket of the monitor's latest outage, which has ended."""
    outage = Outage.objects.filter(environment=monitor.environment).order_by("-started_at").first()
    ticket = Ticket.objects.filter(outage=outage).first() if outage else None
    if outage is None or ticket is None or outage.ended_at is None or ticket.state != TicketState.OPEN:
        return
    answered_at = ticket.opened_at + timedelta(minutes=95 if late else 17)
    catch_up(ticket, answered_at, engineer)
    desk.reply(ticket=ticket, text="We have seen it and are working on it.", by=engineer, at=answered_at)
    solved_at = max(outage.ended_at, answered_at) + timedelta(minutes=25)
    catch_up(ticket, solved_at, engineer)
    text = "The website is up again. We have found the cause and watched it for a while."
    desk.resolve(ticket=ticket, text=text, by=engineer, at=solved_at)
