"""Roles and permissions: the vocabulary of who may do what."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Role(StrEnum):
    """What a person is. Agency roles hold for every client; client roles for the one client of a contact."""

    ADMINISTRATOR = "administrator"
    DIRECTOR = "director"
    ACCOUNT_MANAGER = "account_manager"
    TEAM_LEAD = "team_lead"
    ENGINEER = "engineer"
    HELPER = "helper"
    AUDITOR = "auditor"
    CLIENT_ADMINISTRATOR = "client_administrator"
    PUBLISHER = "publisher"
    APPROVER = "approver"
    EDITOR = "editor"
    REQUESTER = "requester"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        """The role as people read it: `Account manager`."""
        return self.value.replace("_", " ").capitalize()


WEBSITE_ROLES = frozenset({Role.PUBLISHER, Role.APPROVER, Role.EDITOR, Role.REQUESTER})
"""What a client's person can be for one website alone, besides what they are for the client."""

CLIENT_ROLES = WEBSITE_ROLES | {Role.CLIENT_ADMINISTRATOR, Role.VIEWER}
AGENCY_ROLES = frozenset(Role) - CLIENT_ROLES


class Permission(StrEnum):
    """Every right there is, `area.verb`. A new one needs a line in `access.rules.GRANTS` as well."""

    CONSOLE_USE = "access.use_console"
    USER_EDIT = "access.edit_user"
    TOKEN_CREATE = "access.create_token"  # nosec B105 # noqa: S105 - the name of a right
    PARTY_VIEW = "idp.view_party"
    PARTY_EDIT = "idp.edit_party"
    COMPONENT_VIEW = "upkeep.view_component"
    COMPONENT_EDIT = "upkeep.edit_inventory"
    AUDIT_VIEW = "access.view_audit"

    CLIENT_VIEW = "clients.view"
    CLIENT_CREATE = "clients.create"
    CLIENT_EDIT = "clients.edit"
    WEBSITE_VIEW = "clients.view_website"
    WEBSITE_EDIT = "clients.edit_website"
    CONTACT_VIEW = "clients.view_contact"
    CONTACT_EDIT = "clients.edit_contact"
    CONTACT_ADD = "clients.add_contact"
    PEOPLE_EDIT = "clients.edit_people"
    MANAGER_NAME = "clients.name_manager"
    AGREEMENT_VIEW = "clients.view_agreement"
    AGREEMENT_SIGN = "clients.sign_agreement"
    AGREEMENT_ACCEPT = "clients.accept_agreement"
    WINDOW_EDIT = "clients.edit_window"
    WINDOW_APPROVE = "clients.approve_window"
    REVIEW_EDIT = "clients.edit_review"
    NOTE_VIEW = "clients.view_note"
    NOTE_EDIT = "clients.edit_note"
    DUTY_TAKE = "clients.take_duty"
    ROSTER_EDIT = "clients.edit_roster"

    WATCH_VIEW = "watch.view"
    MONITOR_EDIT = "watch.edit_monitor"
    OUTAGE_ACKNOWLEDGE = "watch.acknowledge"
    OUTAGE_ATTRIBUTE = "watch.attribute"
    OUTAGE_CORRECT = "watch.correct"
    EXCLUSION_ASK = "watch.ask_exclusion"
    EXCLUSION_ANSWER = "watch.answer_exclusion"
    ALERT_EDIT = "watch.edit_alert"
    CHANNEL_EDIT = "watch.edit_channel"

    TICKET_VIEW = "desk.view"
    TICKET_OPEN = "desk.open"
    TICKET_REPLY = "desk.reply"
    TICKET_NOTE = "desk.note"
    TICKET_EDIT = "desk.edit"
    PROCEDURE_EDIT = "desk.edit_procedure"
    HELP_PAGE_EDIT = "desk.edit_help_page"
    WORDING_EDIT = "desk.edit_wording"
    MAILBOX_EDIT = "desk.edit_mailbox"

    AMENDMENT_WRITE = "amend.write"
    AMENDMENT_APPROVE = "amend.approve"
    AMENDMENT_PUBLISH = "amend.publish"

    PROMISE_VIEW = "promises.view"
    REMINDER_EDIT = "promises.edit_reminder"

    REPORT_VIEW = "report.view"
    REPORT_ISSUE = "report.issue"


@dataclass(frozen=True)
class Removed:
    """How many of a kind (`what`, a code) were taken from somebody who left."""

    what: str
    count: int


@dataclass(frozen=True, kw_only=True)
class _AboutUser:
    """Something happened to a person's account."""

    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class UserCreated(_AboutUser):
    """A person got an account. `role` is an agency role, or empty for a client's people."""

    kind: ClassVar[str] = "access.user_created"
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class UserRegistered(_AboutUser):
    """A person made an account without being invited, by a link that was mailed to its address."""

    kind: ClassVar[str] = "access.user_registered"


@dataclass(frozen=True, kw_only=True)
class RoleChanged(_AboutUser):
    """A member of staff has another role from now on.

    For the highest `grant_id` names what a second person confirmed; `is_alone`: there was nobody who could.
    """

    kind: ClassVar[str] = "access.role_changed"
    role: str
    grant_id: int | None = None
    is_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class RoleAsked(_AboutUser):
    """Somebody is to have the highest role; a second person has to confirm it."""

    kind: ClassVar[str] = "access.role_asked"
    role: str
    grant_id: int


@dataclass(frozen=True, kw_only=True)
class RoleRefused(_AboutUser):
    """Somebody is not to have the highest role after all."""

    kind: ClassVar[str] = "access.role_refused"
    grant_id: int


@dataclass(frozen=True, kw_only=True)
class AccessEndSet(_AboutUser):
    """A member of staff has access until `until` (ISO 8601) from now on; empty: until somebody ends it."""

    kind: ClassVar[str] = "access.end_set"
    until: str


@dataclass(frozen=True, kw_only=True)
class UserSuspended(_AboutUser):
    """A person can no longer sign in; running sessions and tokens end with the next request."""

    kind: ClassVar[str] = "access.user_suspended"


@dataclass(frozen=True, kw_only=True)
class UserRestored(_AboutUser):
    """A suspended person may sign in again."""

    kind: ClassVar[str] = "access.user_restored"


@dataclass(frozen=True, kw_only=True)
class AccountSlept(_AboutUser):
    """An account was closed since nobody had signed in with it for `days`."""

    kind: ClassVar[str] = "access.account_slept"
    days: int


@dataclass(frozen=True, kw_only=True)
class AccountClosed(_AboutUser):
    """Somebody left: nothing of the account opens anything. `removed` counts what there was, by kind."""

    kind: ClassVar[str] = "access.account_closed"
    removed: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(_AboutUser):
    """A person set a password, and the other sessions of that person ended. `how`: invited, recovered or changed."""

    kind: ClassVar[str] = "access.password_changed"
    how: str


@dataclass(frozen=True, kw_only=True)
class TokenCreated(_AboutUser):
    """A person made an API token."""

    kind: ClassVar[str] = "access.token_created"
    token_id: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(_AboutUser):
    """An API token no longer works."""

    kind: ClassVar[str] = "access.token_revoked"
    token_id: int


@dataclass(frozen=True, kw_only=True)
class FactorAdded(_AboutUser):
    """A person can sign in with one thing more. `factor`: totp, webauthn (a passkey) or recovery_codes."""

    kind: ClassVar[str] = "access.factor_added"
    factor: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(_AboutUser):
    """A person can no longer sign in with one thing; `factor` as in `FactorAdded`."""

    kind: ClassVar[str] = "access.factor_removed"
    factor: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(_AboutUser):
    """A person without the device signed in with one of the recovery codes; `left` are there still."""

    kind: ClassVar[str] = "access.recovery_code_used"
    left: int


@dataclass(frozen=True, kw_only=True)
class FactorResetStarted(_AboutUser):
    """An administrator let a link be mailed to somebody who lost the second factor. Nothing is taken away yet."""

    kind: ClassVar[str] = "access.factor_reset_started"
    reset_id: int


@dataclass(frozen=True, kw_only=True)
class FactorResetDone(_AboutUser):
    """A person used that link: the second factors, `removed` of them, and all sessions are gone."""

    kind: ClassVar[str] = "access.factor_reset_done"
    reset_id: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(_AboutUser):
    """A person ended `count` of the own sessions from another one."""

    kind: ClassVar[str] = "access.sessions_ended"
    count: int


@dataclass(frozen=True, kw_only=True)
class DeviceAppeared(_AboutUser):
    """A person signed in with a browser that was not known before, and was told so by mail."""

    kind: ClassVar[str] = "access.device_appeared"
    device_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(_AboutUser):
    """A person signed in; the trace says from where."""

    kind: ClassVar[str] = "access.signed_in"


@dataclass(frozen=True, kw_only=True)
class SignedOut(_AboutUser):
    """A person signed out."""

    kind: ClassVar[str] = "access.signed_out"


@dataclass(frozen=True, kw_only=True)
class SignInFailed:
    """Somebody did not get in: `user_id` is whose address was given, None for one that nobody has."""

    kind: ClassVar[str] = "access.sign_in_failed"
    user_id: int | None

    @property
    def subject(self) -> str:
        return f"user:{self.user_id or 'unknown'}"


@dataclass(frozen=True, kw_only=True)
class FileTaken:
    """A file, an export or a report was handed out: by which address of the site (`page`), of what (`objects`)."""

    kind: ClassVar[str] = "access.file_taken"
    page: str
    objects: dict[str, str]

    @property
    def subject(self) -> str:
        return f"page:{self.page}"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A person asked for what they may not see or do. Once a minute for each address of the site."""

    kind: ClassVar[str] = "access.refused"
    page: str
    method: str

    @property
    def subject(self) -> str:
        return f"page:{self.page}"


@dataclass(frozen=True, kw_only=True)
class CopyAsked(_AboutUser):
    """A person asked for a copy of what is kept about them."""

    kind: ClassVar[str] = "access.copy_asked"


@dataclass(frozen=True, kw_only=True)
class CopyTaken(_AboutUser):
    """A person took that copy."""

    kind: ClassVar[str] = "access.copy_taken"


@dataclass(frozen=True, kw_only=True)
class PersonErased(_AboutUser):
    """What is personal of somebody who left was erased; `rows` of other areas lost a name."""

    kind: ClassVar[str] = "access.person_erased"
    rows: int


@dataclass(frozen=True, kw_only=True)
class TracesErased:
    """The record lost network addresses and values that are older than its retention."""

    kind: ClassVar[str] = "access.traces_erased"
    count: int
    days: int

    @property
    def subject(self) -> str:
        return "record:traces"
