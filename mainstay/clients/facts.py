"""What happens around a client, and the words for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class OrganisationKind(StrEnum):
    AGENCY = "agency"
    CLIENT = "client"


class Sees(StrEnum):
    """Which requests of a client its people read, its administrators apart, who read all."""

    ALL = "all"
    OWN = "own"

    @property
    def label(self) -> str:
        return {"all": "All requests of the client", "own": "Their own, and those they take part in"}[self.value]


class EnvironmentKind(StrEnum):
    LIVE = "live"
    STAGING = "staging"


class AvailabilityRule(StrEnum):
    """Which of the environment's monitors must fail for the website to count as down."""

    ANY = "any"
    ALL = "all"
    QUORUM = "quorum"


class Audience(StrEnum):
    """The three kinds of people that the policy speaks of."""

    WEBSITE_USER = "website_user"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    IT_TEAM = "it_team"

    @property
    def label(self) -> str:
        return {"it_team": "IT team"}.get(self.value, self.value.replace("_", " ").capitalize())


class Part(StrEnum):
    """What a member of staff is to a client."""

    MANAGER = "manager"
    DEPUTY = "deputy"


class Duty(StrEnum):
    """What a roster says of people: that they are called when something happens, or that they are at the desk."""

    ON_CALL = "on_call"
    DESK = "desk"

    @property
    def label(self) -> str:
        return {"on_call": "On call", "desk": "At the desk in office hours"}[self.value]


class Reason(StrEnum):
    """Why somebody is away."""

    HOLIDAY = "holiday"
    ILL = "ill"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {"holiday": "Holiday", "ill": "Ill", "other": "Another reason"}[self.value]


class HowSigned(StrEnum):
    """How a version came to be signed: by the client in the portal, or on paper and recorded by the agency."""

    PAPER = "paper"
    PORTAL = "portal"


class Answer(StrEnum):
    """What became of a request for access."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What an access review says of a person."""

    KEPT = "kept"
    REMOVED = "removed"


class OfferEnd(StrEnum):
    """What became of a version that was sent to be signed."""

    SIGNED = "signed"
    RECALLED = "recalled"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class _AboutClient:
    client_id: int

    @property
    def subject(self) -> str:
        return f"client:{self.client_id}"


@dataclass(frozen=True, kw_only=True)
class ClientCreated(_AboutClient):
    """An organisation was taken on (or the agency itself was set up)."""

    kind: ClassVar[str] = "clients.client_created"


@dataclass(frozen=True, kw_only=True)
class ClientEdited(_AboutClient):
    """Name, zone or whether it is served was changed: `fields` names what."""

    kind: ClassVar[str] = "clients.client_edited"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WebsiteAdded(_AboutClient):
    """A website is looked after from now on; `environment_id` is its live environment."""

    kind: ClassVar[str] = "clients.website_added"
    website_id: int
    environment_id: int


@dataclass(frozen=True, kw_only=True)
class ContactAdded(_AboutClient):
    """A person of the client became known."""

    kind: ClassVar[str] = "clients.contact_added"
    contact_id: int
    role: str
    audience: str


@dataclass(frozen=True, kw_only=True)
class ContactInvited(_AboutClient):
    """A contact got a mail with which to set a password."""

    kind: ClassVar[str] = "clients.contact_invited"
    contact_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ContactChanged(_AboutClient):
    """A contact's role, or whether the person still works for the client, changed; rights follow at once."""

    kind: ClassVar[str] = "clients.contact_changed"
    contact_id: int
    role: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class AccessAsked:
    """Somebody asked for access to something; to what is in the row, since it is in their own words."""

    kind: ClassVar[str] = "clients.access_asked"
    user_id: int
    request_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class AccessAnswered:
    """A request for access was granted, refused or withdrawn. `client_id` is None where it was nobody's."""

    kind: ClassVar[str] = "clients.access_answered"
    user_id: int
    request_id: int
    client_id: int | None
    answer: str

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class AdministratorStep(_AboutClient):
    """A person is to be the client's administrator.

    `step` is asked, confirmed, refused, or alone: there was nobody who could have confirmed.
    """

    kind: ClassVar[str] = "clients.administrator_step"
    contact_id: int
    grant_id: int | None
    step: str


@dataclass(frozen=True, kw_only=True)
class WebsiteRoleChanged(_AboutClient):
    """A person has another role for one website from now on; empty: none besides that for the client."""

    kind: ClassVar[str] = "clients.website_role_changed"
    contact_id: int
    website_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PersonLeft(_AboutClient):
    """Somebody's access to the client ended, of the agency's own people to everything. `removed` counts what went."""

    kind: ClassVar[str] = "clients.person_left"
    user_id: int | None
    contact_id: int | None
    departure_id: int
    removed: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class AccessReviewed(_AboutClient):
    """Everybody who had access was looked at: so many were kept, so many removed."""

    kind: ClassVar[str] = "clients.access_reviewed"
    review_id: int
    kept: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class DomainChanged(_AboutClient):
    """A domain of the client's mail addresses was added, verified, lost or removed (`step`); its people get `role`."""

    kind: ClassVar[str] = "clients.domain_changed"
    domain_id: int
    step: str
    role: str


@dataclass(frozen=True, kw_only=True)
class ManagerNamed(_AboutClient):
    """A member of staff is the client's account manager or deputy (`part`) from `starts_at`, ISO 8601."""

    kind: ClassVar[str] = "clients.manager_named"
    user_id: int
    part: str
    starts_at: str


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(_AboutClient):
    """A version of the terms was signed and holds from `effective_from`, an ISO date in the agreement's zone."""

    kind: ClassVar[str] = "clients.agreement_signed"
    agreement_id: int
    version: int
    effective_from: str
    how: str
    text_sha256: str
    offer_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class DraftEdited(_AboutClient):
    """The agency began, changed or dropped a draft of the terms: `step` is begun, edited or dropped."""

    kind: ClassVar[str] = "clients.agreement_draft_edited"
    draft_id: int
    step: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfferSent(_AboutClient):
    """A draft was sent to the client's administrators to be signed; `text_sha256` is that of its text."""

    kind: ClassVar[str] = "clients.agreement_sent"
    offer_id: int
    draft_id: int
    version: int
    effective_from: str
    text_sha256: str


@dataclass(frozen=True, kw_only=True)
class OfferEnded(_AboutClient):
    """The agency recalled what it had sent, or the client refused to sign it (the reason is in the row)."""

    kind: ClassVar[str] = "clients.agreement_offer_ended"
    offer_id: int
    end: str


@dataclass(frozen=True, kw_only=True)
class WindowPlanned(_AboutClient):
    """Work was announced for a time, ISO 8601; `website_id` is empty when it concerns all websites."""

    kind: ClassVar[str] = "clients.window_planned"
    window_id: int
    website_id: int | None
    starts_at: str
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class WindowCancelled(_AboutClient):
    """Announced work will not be done."""

    kind: ClassVar[str] = "clients.window_cancelled"
    window_id: int


@dataclass(frozen=True, kw_only=True)
class WindowApproved(_AboutClient):
    """Work that the downtime budget cannot pay was approved by name: so much was planned, so much was left."""

    kind: ClassVar[str] = "clients.window_approved"
    window_id: int | None
    series_id: int | None
    planned_s: int
    left_s: int


@dataclass(frozen=True, kw_only=True)
class SeriesPlanned(_AboutClient):
    """Work was announced that comes again and again; `rule` is its recurrence (RFC 5545)."""

    kind: ClassVar[str] = "clients.window_series_planned"
    series_id: int
    website_id: int | None
    rule: str


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(_AboutClient):
    """What begins from now on is planned otherwise: version `before_id` ended, `series_id` took its place."""

    kind: ClassVar[str] = "clients.window_series_changed"
    series_id: int
    before_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SeriesEnded(_AboutClient):
    """Nothing more of it is planned."""

    kind: ClassVar[str] = "clients.window_series_ended"
    series_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesSkipped(_AboutClient):
    """One occurrence, that would begin at `starts_at` (ISO 8601), was called off."""

    kind: ClassVar[str] = "clients.window_series_skipped"
    series_id: int
    starts_at: str


@dataclass(frozen=True, kw_only=True)
class ReviewChanged(_AboutClient):
    """A service review was planned, arranged or held: `step`, for the quarter due on `due_on`."""

    kind: ClassVar[str] = "clients.review_changed"
    review_id: int
    step: str
    due_on: str


@dataclass(frozen=True, kw_only=True)
class _AboutRoster:
    roster_id: int

    @property
    def subject(self) -> str:
        return f"roster:{self.roster_id}"


@dataclass(frozen=True, kw_only=True)
class RosterMade(_AboutRoster):
    """The agency has one more duty: to be called, or to be at the desk."""

    kind: ClassVar[str] = "clients.roster_made"
    duty: str = Duty.ON_CALL.value


@dataclass(frozen=True, kw_only=True)
class RotationSet(_AboutRoster):
    """People take turns from `first_on` (ISO date); an empty `people` ends the rotation."""

    kind: ClassVar[str] = "clients.rotation_set"
    people: tuple[int, ...]
    first_on: str = ""
    weeks: int = 0


@dataclass(frozen=True, kw_only=True)
class ShiftPlanned(_AboutRoster):
    """A person is on call for a time, ISO 8601; `is_override` when it is taken over from another."""

    kind: ClassVar[str] = "clients.shift_planned"
    shift_id: int
    user_id: int
    starts_at: str
    ends_at: str
    is_override: bool


@dataclass(frozen=True, kw_only=True)
class ShiftCut(_AboutRoster):
    """A shift was called off, or ended early when it had begun."""

    kind: ClassVar[str] = "clients.shift_cut"
    shift_id: int


@dataclass(frozen=True, kw_only=True)
class DutyHandedOver(_AboutRoster):
    """The duty went from one person to another; None: nobody."""

    kind: ClassVar[str] = "clients.duty_handed_over"
    from_user_id: int | None
    to_user_id: int | None


@dataclass(frozen=True, kw_only=True)
class _AboutAbsence:
    user_id: int
    absence_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class AbsenceNoted(_AboutAbsence):
    """A person will be away for a time, ISO 8601. `deputy_id` holds their duties; None: nobody does."""

    kind: ClassVar[str] = "clients.absence_noted"
    starts_at: str
    ends_at: str
    deputy_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AbsenceCut(_AboutAbsence):
    """An absence was called off, or ended early when it had begun."""

    kind: ClassVar[str] = "clients.absence_cut"


@dataclass(frozen=True, kw_only=True)
class NoteKept(_AboutClient):
    """Staff wrote something down about a client, wrote it anew (`version` above 1), or took it away (`removed`)."""

    kind: ClassVar[str] = "clients.note_kept"
    note_id: int
    version: int
    removed: bool = False
