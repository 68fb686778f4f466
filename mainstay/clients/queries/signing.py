"""What is being agreed, and what was."""

from django.db.models import QuerySet

from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import Agreement, AgreementDraft, AgreementOffer, Organisation
from mainstay.policy.document import Parties, agreement_text, public_text
from mainstay.policy.terms import default, load
from mainstay.policy.terms.amending import Change, amended


def open_draft(client: Organisation) -> AgreementDraft | None:
    """The draft that the agency is working on."""
    return client.drafts.filter(closed_at__isnull=True).first()


def open_offer(client: Organisation) -> AgreementOffer | None:
    """What waits for the client's signature."""
    return client.offers.filter(end="").select_related("client", "follows", "draft", "sent_by").first()


def offers_of(draft: AgreementDraft) -> QuerySet[AgreementOffer]:
    """Everything that was sent of a draft, the latest first."""
    return draft.offers.select_related("ended_by", "sent_by", "follows").order_by("-sent_at", "-pk")


def changes_of(before: Agreement | None, terms: dict[str, object]) -> tuple[Change, ...]:
    """What `terms` change against the version before, or against the default terms where there is none."""
    return amended(load(before.terms).as_dict() if before else default().as_dict(), load(terms).as_dict())


def text_of(agreement: Agreement) -> str:
    """The text that a version was signed with; put together now where none was kept at the time."""
    if agreement.text:
        return agreement.text
    agency = Organisation.objects.filter(kind=OrganisationKind.AGENCY).values_list("name", flat=True).first()
    parties = Parties(
        agency=agency or agreement.client.name,
        client=agreement.client.name,
        version=agreement.version,
        starts_on=agreement.starts_on,
        effective_from=agreement.effective_from,
    )
    return agreement_text(parties, load(agreement.terms), agreement.holidays)


def public_policy() -> str | None:
    """The policy that the agency offers; None before it is set up."""
    agency = Organisation.objects.filter(kind=OrganisationKind.AGENCY).first()
    return public_text(agency.name, default()) if agency else None
