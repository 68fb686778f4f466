"""Opening a help page, giving it another address, switching it off."""

import secrets
from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.models import Organisation, Website
from mainstay.common import facts
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.errors import WrongClient
from mainstay.desk.models import HelpPage
from mainstay.desk.word_facts import HelpPageEnded, HelpPageOpened

TOKEN_BYTES = 16


@transaction.atomic
def open_help_page(*, client: Organisation, website: Website | None = None, by: User, at: datetime) -> HelpPage:
    """Let anybody who has its address ask for help; the one that is open already, where there is one.

    Raises:
        WrongClient: the website is another client's.
    """
    if website is not None and website.client_id != client.pk:
        raise WrongClient(f"{website} belongs to another client than {client}.")
    take_turn(client)
    found = HelpPage.objects.filter(client=client, website=website, ended_at=None).first()
    return found or _opened(client, website, by=by, at=at)


@transaction.atomic
def renew_help_page(*, page: HelpPage, by: User, at: datetime) -> HelpPage:
    """Give the page another address: the old one leads nowhere from now on. Nothing happens when it was ended."""
    take_turn(page.client)
    if not _end(page, renewed=True, by=by, at=at):
        return page
    return _opened(page.client, page.website, by=by, at=at)


@transaction.atomic
def end_help_page(*, page: HelpPage, by: User, at: datetime) -> None:
    """Switch the page off. What was asked on it stays as it is."""
    take_turn(page.client)
    _end(page, renewed=False, by=by, at=at)


def _opened(client: Organisation, website: Website | None, *, by: By, at: datetime) -> HelpPage:
    page = HelpPage.objects.create(
        client=client, website=website, token=secrets.token_urlsafe(TOKEN_BYTES), opened_at=at, opened_by=person(by)
    )
    fact = HelpPageOpened(help_page_id=page.pk, website_id=website.pk if website else None)
    facts.record(fact, by=by, at=at, client=client)
    return page


def _end(page: HelpPage, *, renewed: bool, by: By, at: datetime) -> bool:
    """End the page, once."""
    if not HelpPage.objects.filter(pk=page.pk, ended_at=None).update(ended_at=at):
        return False
    facts.record(HelpPageEnded(help_page_id=page.pk, renewed=renewed), by=by, at=at, client=page.client)
    return True
