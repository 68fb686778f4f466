"""What is known and agreed about a client at an instant."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from mainstay.access.models import User
from mainstay.clients.facts import OrganisationKind, Part
from mainstay.clients.models import (
    Agreement,
    ClientNote,
    Contact,
    Environment,
    Organisation,
    ServiceReview,
    Website,
)
from mainstay.clients.queries.care import Care as Care
from mainstay.clients.queries.care import care_of as care_of
from mainstay.clients.queries.care import clients_of as clients_of
from mainstay.clients.queries.care import in_force as assignments_in_force
from mainstay.clients.queries.duty import MOMENT as MOMENT
from mainstay.clients.queries.duty import absences_between as absences_between
from mainstay.clients.queries.duty import absences_in as absences_in
from mainstay.clients.queries.duty import administrators as administrators
from mainstay.clients.queries.duty import away_at as away_at
from mainstay.clients.queries.duty import coming_absences as coming_absences
from mainstay.clients.queries.duty import coming_shifts as coming_shifts
from mainstay.clients.queries.duty import desk_gaps as desk_gaps
from mainstay.clients.queries.duty import desk_kept_since as desk_kept_since
from mainstay.clients.queries.duty import duty_plan as duty_plan
from mainstay.clients.queries.duty import duty_plans as duty_plans
from mainstay.clients.queries.duty import office_calendars as office_calendars
from mainstay.clients.queries.duty import on_call as on_call
from mainstay.clients.queries.duty import on_duty as on_duty
from mainstay.clients.queries.duty import rosters as rosters
from mainstay.clients.queries.duty import rotation_of as rotation_of
from mainstay.clients.queries.duty import shifts_between as shifts_between
from mainstay.clients.queries.duty import staff as staff
from mainstay.clients.queries.people import access_review_due_on as access_review_due_on
from mainstay.clients.queries.people import administrators_with_access as administrators_with_access
from mainstay.clients.queries.people import client_meant as client_meant
from mainstay.clients.queries.people import contact_known as contact_known
from mainstay.clients.queries.people import contact_of as contact_of
from mainstay.clients.queries.people import could_confirm as could_confirm
from mainstay.clients.queries.people import departures_of as departures_of
from mainstay.clients.queries.people import grants_waiting as grants_waiting
from mainstay.clients.queries.people import is_address_verified as is_address_verified
from mainstay.clients.queries.people import may_manage_people as may_manage_people
from mainstay.clients.queries.people import must_have_second_factor as must_have_second_factor
from mainstay.clients.queries.people import people_with_access as people_with_access
from mainstay.clients.queries.people import requests_of as requests_of
from mainstay.clients.queries.people import requests_of_nobody as requests_of_nobody
from mainstay.clients.queries.people import requests_waiting as requests_waiting
from mainstay.clients.queries.people import roles_held as roles_held
from mainstay.clients.queries.people import staff_with_access as staff_with_access
from mainstay.clients.queries.people import told_to_confirm as told_to_confirm
from mainstay.clients.queries.people import verified_domains as verified_domains
from mainstay.clients.queries.planned import PlannedWork as PlannedWork
from mainstay.clients.queries.planned import coming_windows as coming_windows
from mainstay.clients.queries.planned import planned as planned
from mainstay.clients.queries.planned import series_of as series_of
from mainstay.clients.queries.planned import windows_between as windows_between
from mainstay.clients.queries.provisioning import provisioning_tokens as provisioning_tokens
from mainstay.clients.queries.signing import changes_of as changes_of
from mainstay.clients.queries.signing import offers_of as offers_of
from mainstay.clients.queries.signing import open_draft as open_draft
from mainstay.clients.queries.signing import open_offer as open_offer
from mainstay.clients.queries.signing import public_policy as public_policy
from mainstay.clients.queries.signing import text_of as text_of
from mainstay.clients.rules import as_toml, differences
from mainstay.policy import year
from mainstay.policy.hours import OfficeHours
from mainstay.policy.terms import Terms, default, lines, load


class NoAgreement(LookupError):
    """No agreement of the client is in force at that instant: there is nothing to measure against."""


def agency() -> Organisation:
    """The organisation that runs Mainstay. Raises `Organisation.DoesNotExist` before it is set up."""
    return Organisation.objects.get(kind=OrganisationKind.AGENCY)


def clients() -> QuerySet[Organisation]:
    """The organisations that the agency serves now."""
    return Organisation.objects.filter(kind=OrganisationKind.CLIENT, is_active=True)


def agreement_for(client: Organisation, at: datetime) -> Agreement | None:
    """The version of the terms in force at `at`; None before the first takes effect."""
    return client.agreements.filter(effective_at__lte=at).order_by("-effective_at").first()


def in_force(versions: Iterable[Agreement], at: datetime) -> Agreement | None:
    """Of versions at hand, the one in force at `at`: the same answer as `agreement_for`, without a query."""
    begun = [each for each in versions if each.effective_at <= at]
    return max(begun, key=lambda each: each.effective_at, default=None)


def coming_agreement(client: Organisation, at: datetime) -> Agreement | None:
    """The next version that is signed and not yet in force."""
    return client.agreements.filter(effective_at__gt=at).order_by("effective_at").first()


def terms_for(client: Organisation, at: datetime) -> Terms:
    """The terms in force at `at`; before any agreement the agency's default terms, which nobody is held to."""
    agreement = agreement_for(client, at)
    return load(agreement.terms) if agreement else default()


def office_hours(client: Organisation, at: datetime) -> OfficeHours:
    """The office hours in force at `at`, with the holidays that the agreement names."""
    agreement = agreement_for(client, at)
    if agreement is None:
        return default().office_hours()
    return load(agreement.terms).office_hours(holidays={date.fromisoformat(day) for day in agreement.holidays})


def contract_year(client: Organisation, at: datetime) -> year.Period:
    """The contract year that `at` lies in: from an anniversary (or the contract's start) up to the next.

    A pair (start, end) of aware datetimes in the agreement's zone.

    Raises:
        NoAgreement: the contract had not begun at `at`.
    """
    agreement = _agreement(client, at)
    return year.contract_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day)


def full_contract_year(client: Organisation, at: datetime) -> year.Period:
    """The whole year that `contract_year` is (a part of), to measure shares by. Raises as `contract_year` does."""
    agreement = _agreement(client, at)
    return year.full_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day)


def overrides_as_toml(agreement: Agreement | None) -> str:
    """What a version says other than the default terms, as it could be typed into the form."""
    return as_toml(differences(agreement.terms, default().as_dict())) if agreement else ""


def terms_listed(agreement: Agreement) -> list[tuple[str, str, bool]]:
    """Every term in words, and whether it differs from the default: (key path, value, differs)."""
    usual = dict(lines(default()))
    return [(path, value, usual.get(path) != value) for path, value in lines(load(agreement.terms))]


def account_manager(client: Organisation, at: datetime) -> User | None:
    """The named account manager at `at`, if somebody was named."""
    return _person(client, Part.MANAGER, at)


def deputy(client: Organisation, at: datetime) -> User | None:
    """The account manager's deputy at `at`, under the same rule."""
    return _person(client, Part.DEPUTY, at)


def managers_of(clients: Iterable[Organisation], at: datetime) -> dict[int, dict[str, User]]:
    """Account manager and deputy of many clients in one query: `{client id: {part: person}}`."""
    found: dict[int, dict[str, User]] = {client.pk: {} for client in clients}
    for each in assignments_in_force(at).filter(client__in=list(found)):
        found[each.client_id].setdefault(each.part, each.user)
    return found


def contact_for_address(email: str) -> Contact | None:
    """The contact that writes from `email`. None when nobody does, or people of several clients do."""
    found = list(
        Contact.objects.select_related("client")
        .filter(email=email.strip().lower(), is_active=True, client__is_active=True)
        .order_by("pk")[:2]
    )
    return found[0] if len(found) == 1 else None


def live_environment(website: Website) -> Environment:
    """The environment whose downtime is charged; every website has one."""
    return website.environments.get(kind="live")


def notes_of(client: Organisation) -> QuerySet[ClientNote]:
    """What staff wrote down about a client and did not take away, the latest first."""
    return client.notes.filter(removed_at__isnull=True).select_related("written_by")


def reviews(client: Organisation) -> QuerySet[ServiceReview]:
    """The service reviews of a client, first due first."""
    return client.reviews.order_by("due_on")


def open_reviews(client: Organisation) -> QuerySet[ServiceReview]:
    """The service reviews that are still to be held, first due first."""
    return reviews(client).filter(held_on__isnull=True)


def organisations_listed(
    among: QuerySet[Organisation], *, words: str = "", show: str = "active"
) -> QuerySet[Organisation]:
    """`among` for the list: `words` in the name or a website's address; `show` is active, ended or all."""
    found = among.order_by("name", "id").annotate(
        website_count=Count("websites", filter=Q(websites__is_active=True), distinct=True)
    )
    if show in ("active", "ended"):
        found = found.filter(is_active=show == "active")
    if words:
        hits = Website.objects.filter(Q(url__icontains=words) | Q(name__icontains=words)).values("client")
        found = found.filter(Q(name__icontains=words) | Q(pk__in=hits))
    return found.prefetch_related(
        Prefetch("agreements", Agreement.objects.order_by("-version").defer("terms", "holidays"))
    )


def _agreement(client: Organisation, at: datetime) -> Agreement:
    agreement = agreement_for(client, at)
    if agreement is None:
        raise NoAgreement(f"{client} has no agreement in force at {at:%Y-%m-%d %H:%M}")
    return agreement


def _person(client: Organisation, part: Part, at: datetime) -> User | None:
    found = assignments_in_force(at).filter(client=client, part=part).first()
    return found.user if found else None
