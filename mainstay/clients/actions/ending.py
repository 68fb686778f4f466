"""How an offer ends, once and for all."""

from datetime import datetime

from mainstay.access.models import User
from mainstay.clients.facts import OfferEnd, OfferEnded
from mainstay.clients.models import AgreementOffer
from mainstay.common import facts


class OfferOver(ValueError):
    """The offer was signed, recalled or refused meanwhile: the message says which."""


def end_offer(offer: AgreementOffer, end: OfferEnd, *, by: User, at: datetime, reason: str = "") -> AgreementOffer:
    """End an open offer: a conditional update, so that of two ends only one is.

    Raises:
        OfferOver: it had ended before.
    """
    still = AgreementOffer.objects.filter(pk=offer.pk, end="")
    if not still.update(end=end.value, ended_at=at, ended_by=by, reason=reason):
        raise OfferOver(said_over(AgreementOffer.objects.get(pk=offer.pk)))
    offer.refresh_from_db()
    if end is not OfferEnd.SIGNED:
        fact = OfferEnded(client_id=offer.client_id, offer_id=offer.pk, end=end.value)
        facts.record(fact, by=by, at=at, client=offer.client)
    return offer


def said_over(offer: AgreementOffer) -> str:
    """What became of an offer, in a sentence."""
    return {
        "signed": "This version is signed already.",
        "recalled": "This version was recalled or changed after it was sent. It cannot be signed any more.",
        "refused": "This version was refused. It cannot be signed any more.",
    }[offer.end]
