"""Where the facts behind each clause are shown, and what the page of one clause needs."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse

from mainstay.clients import queries as clients
from mainstay.clients.models import Organisation
from mainstay.promises import queries
from mainstay.promises.policy_text import policy_text
from mainstay.promises.web import cards

OFFICE_HOURS = frozenset({"S1"})
PORTAL = {
    "portal-tickets": cards.TICKETS,
    "portal-home": cards.WEBSITES,
    "portal-people": cards.PEOPLE | OFFICE_HOURS,
    "portal-reports": cards.REPORTS,
}
CONSOLE = {
    "console-desk": cards.TICKETS,
    "console-reports": cards.REPORTS,
    "console-roster": OFFICE_HOURS,
}


def in_portal(clause: str, slug: str) -> str:
    """The portal's page of the facts of a clause; empty while its area records none."""
    return next((reverse(name, args=[slug]) for name, clauses in PORTAL.items() if clause in clauses), "")


def in_console(clause: str, client: Organisation) -> str:
    """The console's page of the facts of a clause; empty while its area records none."""
    if clause in cards.WEBSITES | cards.PEOPLE:
        return client.url
    return next((reverse(name) for name, clauses in CONSOLE.items() if clause in clauses), "")


def clause_page(client: Organisation, clause: str, at: datetime) -> dict[str, Any]:
    """One promise: its rule, how it stands, and how it went.

    Raises:
        Http404: the policy has no such clause.
    """
    if clause not in policy_text().clauses:
        raise Http404
    view = queries.boards([client], at)[client.pk].promise(clause)
    agreement = clients.agreement_for(client, at)
    return {
        "client": client,
        "clause": view.clause,
        "words": cards.words_of(clause, agreement),
        "card": cards.card(view, lambda each: "", cards.agreed_words(agreement)),
        "agreement": agreement,
        "history": queries.history(client, clause, at),
        "now": at,
    }


def board_page(client: Organisation, at: datetime, evidence: cards.Evidence) -> dict[str, Any]:
    """All promises to one client, with the version of the agreement that they are judged by."""
    agreement = clients.agreement_for(client, at)
    found = queries.boards([client], at)[client.pk]
    return {
        "client": client,
        "agreement": agreement,
        "coming": clients.coming_agreement(client, at),
        "sections": cards.sections(found, evidence, agreement),
        "answer": cards.answer(found),
        "now": at,
    }
