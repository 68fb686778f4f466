"""Who hears of what becomes of an agreement: the client's administrators, and the agency."""

from datetime import datetime

from mainstay.access.facts import Role
from mainstay.clients import letters
from mainstay.clients.facts import Part
from mainstay.clients.models import Agreement, AgreementOffer, Contact, Organisation
from mainstay.clients.queries import managers_of
from mainstay.common import mail

KEY_MAX = 200


def administrators(client: Organisation) -> list[Contact]:
    """The client's people who can sign, with and without an account."""
    return list(client.contacts.filter(role=Role.CLIENT_ADMINISTRATOR, is_active=True))


def tell_sent(offer: AgreementOffer, at: datetime) -> None:
    """The client's administrators: there is something to sign."""
    for reader in administrators(offer.client):
        _post(letters.agreement_sent(offer, reader.name), reader.email, offer, "sent", at)


def tell_recalled(offer: AgreementOffer, at: datetime) -> None:
    """The client's administrators: there is nothing to sign any more."""
    for reader in administrators(offer.client):
        _post(letters.agreement_recalled(offer, reader.name), reader.email, offer, "recalled", at)


def tell_refused(offer: AgreementOffer, at: datetime) -> None:
    """The agency: the client does not sign, and why."""
    _tell_agency(letters.agreement_refused(offer), offer, "refused", at)


def tell_signed(agreement: Agreement, offer: AgreementOffer, at: datetime) -> None:
    """Both sides: what was signed, and where its text is."""
    for reader in administrators(offer.client):
        _post(letters.agreement_signed(agreement, reader.name), reader.email, offer, "signed", at)
    _tell_agency(letters.agreement_signed_for_agency(agreement), offer, "signed", at)


def _tell_agency(letter: mail.Letter, offer: AgreementOffer, step: str, at: datetime) -> None:
    """The account manager, and whoever sent it."""
    manager = managers_of([offer.client], at)[offer.client_id].get(Part.MANAGER)
    people = {each.email for each in (manager, offer.sent_by) if each is not None}
    for email in sorted(people):
        _post(letter, email, offer, step, at)


def _post(letter: mail.Letter, email: str, offer: AgreementOffer, step: str, at: datetime) -> None:
    key = f"agreement-offer:{offer.pk}:{step}:{email}"[:KEY_MAX]
    mail.post(letter, to=email, key=key, at=at, client=offer.client, automatic=True)
