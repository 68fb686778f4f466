"""What people are told about duties and agreements: one function a letter."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from mainstay.access.models import User
from mainstay.access.rules import in_one_line
from mainstay.clients.models import (
    Absence,
    AccessRequest,
    AdministratorGrant,
    Agreement,
    AgreementOffer,
    ClientDomain,
    Contact,
    Organisation,
    Roster,
)
from mainstay.common.mail import Letter


def duty_handed_over(*, roster: Roster, before: User | None, now: User | None, reader: User, at: datetime) -> Letter:
    """The duty went from one person to another; either may be nobody. Times are in the reader's zone."""
    subject = f"{roster.name}: {now.name} is on call now" if now else f"{roster.name}: nobody is on call now"
    context = {
        "roster": roster,
        "before": before,
        "now": now,
        "reader": reader,
        "since": at.astimezone(reader.zone).strftime("%A %-d %B %Y, %H:%M %Z"),
        "site": settings.MAINSTAY.url.rstrip("/"),
    }
    return Letter(
        subject=in_one_line(subject),
        text=render_to_string("clients/mail/duty_handed_over.txt", context),
        html=render_to_string("clients/mail/duty_handed_over.html", context),
    )


def stands_in(absence: Absence) -> Letter:
    """To the deputy of somebody who is away: from when to when. Times are in the reader's zone; why is nobody's."""
    reader = absence.deputy
    zone = reader.zone if reader is not None else UTC
    begins, ends = (
        each.astimezone(zone).strftime("%A %-d %B %Y, %H:%M %Z") for each in (absence.starts_at, absence.ends_at)
    )
    lines = (
        f"{absence.user.name} is away from {begins} until {ends}, and you stand in.",
        (
            "In that time their turns on the rosters are yours, and you are shown as the person to turn to where they "
            "are named to clients without another deputy."
        ),
        f"{_site()}{reverse('console-roster')}",
    )
    return _letter(f"You stand in for {absence.user.name} from {begins}", lines)


def agreement_sent(offer: AgreementOffer, name: str) -> Letter:
    """To an administrator of the client: a version waits for a signature. Signing needs a sign-in."""
    lines = (
        f"Dear {name},",
        (
            f"version {offer.version} of our agreement with {offer.client.name} is ready for you to read and sign. "
            f"It would hold from {_on(offer.effective_from)}:"
        ),
        f"{_site()}{offer.portal_url}",
        offer.note,
        (
            "The page shows what changes and the whole text. Until somebody of yours signs there, nothing changes. "
            "If something is not right, say so on the same page."
        ),
    )
    return _letter(f"An agreement to sign, to hold from {_on(offer.effective_from)}", lines)


def agreement_recalled(offer: AgreementOffer, name: str) -> Letter:
    """To an administrator of the client: there is nothing to sign any more."""
    lines = (
        f"Dear {name},",
        (
            f"we have recalled version {offer.version} of the agreement with {offer.client.name} that waited "
            "for a signature. Nothing changes, and there is nothing for you to do."
        ),
    )
    return _letter(f"Recalled: version {offer.version} of the agreement", lines)


def agreement_refused(offer: AgreementOffer) -> Letter:
    """To the agency: what the client did not sign, and why."""
    lines = (
        f"{offer.client.name} has refused to sign version {offer.version} of the agreement. The reason given:",
        offer.reason,
        "The draft is kept and can be changed:",
        f"{_site()}{reverse('console-agreement', args=[offer.client.slug])}",
    )
    return _letter(f"{offer.client.name} refused version {offer.version} of the agreement", lines)


def agreement_signed(agreement: Agreement, name: str) -> Letter:
    """To an administrator of the client: what was signed, by whom, and where the text is kept."""
    lines = (
        f"Dear {name},",
        (
            f"{agreement.signer_name} has signed version {agreement.version} for {agreement.client.name}. "
            f"It holds from {_on(agreement.effective_from)}."
        ),
        f"The text is kept for you to read and to download:\n{_site()}{agreement.portal_url}",
        f"Its SHA-256 is {agreement.text_sha256}.",
    )
    return _letter(f"Signed: version {agreement.version} of the agreement", lines)


def agreement_signed_for_agency(agreement: Agreement) -> Letter:
    """To the agency: the client has signed."""
    lines = (
        (
            f"{agreement.signer_name} has signed version {agreement.version} for {agreement.client.name}. "
            f"It holds from {_on(agreement.effective_from)}."
        ),
        f"{_site()}{reverse('console-agreement', args=[agreement.client.slug])}",
    )
    return _letter(f"{agreement.client.name} has signed version {agreement.version} of the agreement", lines)


def access_asked(request: AccessRequest, client: Organisation, name: str) -> Letter:
    """To whoever can answer: somebody asks for access. What was written is on the page, behind the sign-in."""
    lines = (
        f"Dear {name},",
        f"{request.user.name} ({request.user.email}) asks for access to {client.name}. The address was verified.",
        "Read the request, and say yes or no:",
        f"{_site()}{reverse('portal-access-request', args=[client.slug, request.pk])}",
        "Until somebody answers, the person sees nothing of yours.",
    )
    return _letter(f"{request.user.name} asks for access", lines)


def access_asked_of_nobody(request: AccessRequest, name: str) -> Letter:
    """To the agency's administrators: it cannot be told from the words whose access is asked for."""
    lines = (
        f"Dear {name},",
        f"{request.user.name} ({request.user.email}) asks for access, and it is not clear to which client.",
        f"Say whose request it is, or refuse it:\n{_site()}{reverse('console-access-requests')}",
    )
    return _letter("Somebody asks for access: to which client?", lines)


def access_granted(request: AccessRequest, contact: Contact) -> Letter:
    """To the person who asked: the door is open."""
    until = f" until {_on(contact.access_until.astimezone(contact.client.zone).date())}" if contact.access_until else ""
    lines = (
        f"Hello {request.user.name},",
        f"you now have access to {contact.client.name}{until}:",
        f"{_site()}{reverse('portal-home', args=[contact.client.slug])}",
    )
    return _letter(f"Your access to {contact.client.name}", lines)


def access_refused(request: AccessRequest) -> Letter:
    """To the person who asked, in the person's own words: it tells nothing of whether there is such a client."""
    lines = (
        f"Hello {request.user.name},",
        f"your request for access to “{request.wanted}” was not granted.",
        "If you think that is a mistake, speak to somebody at your organisation who has access already.",
    )
    return _letter("Your request for access", lines)


def domain_lost(domain: ClientDomain, name: str) -> Letter:
    """To a client's administrator: the record is gone, so new people are asked about again."""
    lines = (
        f"Dear {name},",
        (
            f"the record at {domain.record_name} is gone. People with an address at {domain.name} are no longer let in "
            "by themselves; those who have access keep it."
        ),
        "If that was not meant, put the record back:",
        f"{_site()}{reverse('portal-domains', args=[domain.client.slug])}",
    )
    return _letter(f"{domain.name} is no longer verified", lines)


def access_review_due(client: Organisation, name: str, due_on: date, *, is_missed: bool) -> Letter:
    """To whoever can review a client's access: it is time to confirm or remove each person."""
    when = f"was due on {_on(due_on)}" if is_missed else f"is due by {_on(due_on)}"
    lines = (
        f"Dear {name},",
        f"the review of who has access to {client.name} {when}. It is one page: confirm or remove each person.",
        f"{_site()}{reverse('portal-access-review', args=[client.slug])}",
    )
    return _letter(f"Who still needs access to {client.name}?", lines)


def second_needed(grant: AdministratorGrant, name: str) -> Letter:
    """To somebody who can confirm: another one wants a person to be the client's administrator, which takes two."""
    lines = (
        f"Dear {name},",
        (
            f"{grant.asked_by.name} wants {grant.contact.name} ({grant.contact.email}) to be an administrator of "
            f"{grant.client.name}, who may do everything there. A second person has to confirm that within a week:"
        ),
        f"{_site()}{reverse('portal-people', args=[grant.client.slug])}",
        "If you do not know of it, refuse it there, and ask.",
    )
    return _letter(f"Is {grant.contact.name} to be an administrator?", lines)


def _letter(subject: str, lines: Iterable[str]) -> Letter:
    return Letter(subject=in_one_line(subject), text="\n\n".join(line for line in lines if line) + "\n")


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _site() -> str:
    return str(settings.MAINSTAY.url.rstrip("/"))
