"""Sending a draft to be signed, and what becomes of it."""

from datetime import date, datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.agreements import (
    AgreementRefused,
    holiday_dates,
    kept_text,
    record_signed,
    text_of,
    understood,
)
from mainstay.clients.actions.drafts import hold
from mainstay.clients.actions.ending import OfferOver, end_offer, said_over
from mainstay.clients.actions.telling import administrators, tell_recalled, tell_refused, tell_sent, tell_signed
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import HowSigned, OfferEnd, OfferSent
from mainstay.clients.models import Agreement, AgreementDraft, AgreementOffer, Contact
from mainstay.clients.rules import refusal_of_date, same_name
from mainstay.common import facts
from mainstay.policy import terms as policy_terms
from mainstay.policy.instants import local_date
from mainstay.policy.terms import Terms

__all__ = ["NobodyToSign", "OfferOver", "SignerUnnamed", "recall_offer", "refuse_offer", "send_draft", "sign_offer"]


class NobodyToSign(ValueError):
    """No administrator of the client has an account: nobody could sign."""


class SignerUnnamed(ValueError):
    """Whoever signs types a name; a refusal gives a reason."""


@transaction.atomic
def send_draft(*, draft: AgreementDraft, by: User, at: datetime) -> AgreementOffer:
    """Fix the draft's text as it is now, and write to the client's administrators that it waits for their signature.

    Raises:
        DraftClosed: it was signed or dropped.
        OfferOver: it was sent before and still waits; recall it first.
        NobodyToSign: no administrator of the client has an account.
        AgreementRefused: it would change what was promised for a day that has begun.
    """
    draft = hold(draft)
    client = draft.client
    if draft.offers.filter(end="").exists():
        raise OfferOver("This draft was sent already and waits to be signed.")
    if not any(each.user_id for each in administrators(client)):
        raise NobodyToSign("No administrator of the client has an account: invite one first.")
    latest = client.agreements.order_by("-version").first()
    terms = policy_terms.load(draft.terms)
    _check_date(draft.effective_from, draft.starts_on, latest, terms, at)
    version = latest.version + 1 if latest else 1
    closed = holiday_dates(terms.support.holidays, draft.starts_on, draft.effective_from)
    offer = AgreementOffer.objects.create(
        client=client,
        draft=draft,
        follows=latest,
        terms=draft.terms,
        starts_on=draft.starts_on,
        effective_from=draft.effective_from,
        holidays=closed,
        note=draft.note,
        sent_at=at,
        sent_by=by,
        **kept_text(text_of(client, version, draft.starts_on, draft.effective_from, terms, closed)),
    )
    facts.record(_sent(offer), by=by, at=at, client=client)
    tell_sent(offer, at)
    return offer


@transaction.atomic
def recall_offer(*, offer: AgreementOffer, by: User, at: datetime) -> AgreementOffer:
    """Take back what was sent; the draft goes on.

    Raises:
        OfferOver: it was signed, recalled or refused before.
    """
    take_turn(offer.client)
    offer = end_offer(offer, OfferEnd.RECALLED, by=by, at=at)
    tell_recalled(offer, at)
    return offer


@transaction.atomic
def refuse_offer(*, offer: AgreementOffer, reason: str, by: User, at: datetime) -> AgreementOffer:
    """The client does not sign; the account manager and whoever sent it are told why. The draft goes on.

    Raises:
        SignerUnnamed: no reason is given.
        OfferOver: it was signed, recalled or refused before.
    """
    if not reason.strip():
        raise SignerUnnamed("Say what is not right, so that it can be changed.")
    take_turn(offer.client)
    offer = end_offer(offer, OfferEnd.REFUSED, by=by, at=at, reason=reason.strip())
    tell_refused(offer, at)
    return offer


@transaction.atomic
def sign_offer(*, offer: AgreementOffer, text_sha256: str, name: str, by: User, at: datetime) -> Agreement:
    """The client signs the very text that was sent: it becomes the next version, in force from its day.

    `text_sha256` is that of the text the person had before them. Nothing promised under an earlier version moves.

    Raises:
        SignerUnnamed: no name was typed.
        OfferOver: it was signed, recalled, refused or changed meanwhile.
        AgreementRefused: another version came first, or the day from which it was to hold has begun.
    """
    typed = same_name(name)
    if not typed:
        raise SignerUnnamed("Type your name: it is your signature.")
    take_turn(offer.client)
    offer = AgreementOffer.objects.select_related("client", "draft", "follows").get(pk=offer.pk)
    _check_still(offer, text_sha256)
    latest = offer.client.agreements.order_by("-version").first()
    if (latest.pk if latest else None) != offer.follows_id:
        raise AgreementRefused("Another version was signed meanwhile: this one must be sent anew.")
    terms = policy_terms.load(offer.terms)
    _check_date(offer.effective_from, offer.starts_on, latest, terms, at)
    agreement = _write(offer, latest, terms, typed, by, at)
    end_offer(offer, OfferEnd.SIGNED, by=by, at=at)
    AgreementDraft.objects.filter(pk=offer.draft_id).update(closed_at=at)
    record_signed(agreement, by=by, at=at)
    tell_signed(agreement, offer, at)
    return agreement


def _write(
    offer: AgreementOffer, latest: Agreement | None, terms: Terms, name: str, by: User, at: datetime
) -> Agreement:
    role = Contact.objects.with_access().filter(client=offer.client, user=by).values_list("role", flat=True).first()
    return Agreement.objects.create(
        client=offer.client,
        version=offer.version,
        starts_on=offer.starts_on,
        anniversary=latest.anniversary if latest else "",
        effective_from=offer.effective_from,
        terms=offer.terms,
        holidays=offer.holidays,
        signed_at=at,
        signed_by=by,
        how=HowSigned.PORTAL.value,
        text=offer.text,
        text_sha256=offer.text_sha256,
        signer_name=name,
        signer_role=role or "",
        offer=offer,
        **understood(terms, offer.effective_from),
    )


def _check_still(offer: AgreementOffer, text_sha256: str) -> None:
    if not offer.is_open:
        raise OfferOver(said_over(offer))
    if text_sha256 != offer.text_sha256:
        raise OfferOver("What you read is not what was sent last. Please read the page anew.")


def _check_date(effective_from: date, starts_on: date, latest: Agreement | None, terms: Terms, at: datetime) -> None:
    zone = latest.zone if latest else terms.zone
    refusal = refusal_of_date(
        effective_from, starts_on, latest.effective_from if latest else None, local_date(at, zone)
    )
    if refusal:
        raise AgreementRefused(refusal)


def _sent(offer: AgreementOffer) -> OfferSent:
    return OfferSent(
        client_id=offer.client_id,
        offer_id=offer.pk,
        draft_id=offer.draft_id,
        version=offer.version,
        effective_from=offer.effective_from.isoformat(),
        text_sha256=offer.text_sha256,
    )
