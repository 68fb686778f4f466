"""A help page that anybody can open, a public article, a stranger's request, a hold and a follow-up."""

from datetime import datetime, timedelta

from mainstay.access.models import User
from mainstay.clients.facts import Audience
from mainstay.demo.world.people import DEMO, Settled
from mainstay.desk import actions as desk
from mainstay.desk.actions import articles, help_pages
from mainstay.desk.facts import Category, Channel, TicketState
from mainstay.desk.models import Ticket

TEXT = """Pictures may have **8 MB** at most, as JPEG, PNG or WebP.

- Telephones make larger ones: choose *medium* when you share them.
- A picture inside a document has to be saved as a picture first.
"""
HOLD_DAYS = 6


def open_doors(settled: Settled, helper: User, at: datetime) -> None:
    """Let the first client have one of each, a little before the demo begins."""
    lately = at - timedelta(minutes=50)
    article = articles.write_article(
        title="Why is my picture refused?", text=TEXT, category=Category.IMAGE_UPLOAD, is_public=True, by=helper,
        at=lately,
    )  # fmt: skip
    articles.publish_article(article=article, by=helper, at=lately)
    help_pages.open_help_page(client=settled.client, by=helper, at=lately)
    _agree(settled, helper, lately)
    desk.open_ticket(
        client=settled.client, website=settled.websites[0], subject="The opening hours are wrong",
        text="The page says Saturday until five, but the door was shut at one.", channel=Channel.WEBSITE,
        audience=Audience.WEBSITE_USER, requester_name="Sam Visitor", requester_address="sam@visitor.example",
        by=DEMO, at=at - timedelta(minutes=20),
    )  # fmt: skip


def _agree(settled: Settled, helper: User, at: datetime) -> None:
    """A hold on one of the client's open tickets, and a follow-up for today on it."""
    ticket = Ticket.objects.filter(client=settled.client, state=TicketState.OPEN, outage=None).order_by("-pk").first()
    if ticket is None:
        return
    desk.agree_hold(
        ticket=ticket, reason="The new texts come from your office next week.", agreed_by=settled.contacts[0],
        agreed_how="on the phone with us", until=(at + timedelta(days=HOLD_DAYS)).date(), by=helper, at=at,
    )  # fmt: skip
    desk.assign(ticket=ticket, assignee=helper, by=helper, at=at)
    desk.plan_follow_up(ticket=ticket, due_on=at.date(), note="Ask whether the texts are coming", by=helper, at=at)
