"""What each role may do, in plain words: read off the table of rights, so that the page cannot say otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mainstay.access.facts import AGENCY_ROLES, CLIENT_ROLES, Permission, Role
from mainstay.access.rules import permissions_of

P = Permission


@dataclass(frozen=True)
class Said:
    """What a right, or several together, let a person do."""

    rights: frozenset[Permission]
    words: str | Promise


def _said(words: str | Promise, *rights: Permission) -> Said:
    return Said(frozenset(rights), words)


FOR_CLIENTS = (
    _said(
        _("Sees the websites, how the promises stand, planned work, the agreement and the reports"),
        P.CLIENT_VIEW, P.WEBSITE_VIEW, P.COMPONENT_VIEW, P.WATCH_VIEW, P.PROMISE_VIEW, P.REPORT_VIEW, P.AGREEMENT_VIEW,
    ),
    _said(_("Reads requests and their answers"), P.TICKET_VIEW),
    _said(_("Opens requests and writes in them"), P.TICKET_OPEN, P.TICKET_REPLY),
    _said(_("Writes amendments to a website"), P.AMENDMENT_WRITE),
    _said(_("Approves amendments"), P.AMENDMENT_APPROVE),
    _said(_("Puts approved amendments online"), P.AMENDMENT_PUBLISH),
    _said(_("Sees who has access"), P.CONTACT_VIEW),
    _said(_("Reads the record of who did what"), P.AUDIT_VIEW),
    _said(_("Lets people in, changes what they may do, and removes them"), P.PEOPLE_EDIT),
    _said(_("Signs agreements, and says whether downtime counts"), P.AGREEMENT_ACCEPT, P.EXCLUSION_ANSWER),
    _said(_("Sets up the help button"), P.HELP_PAGE_EDIT),
    _said(_("Makes tokens for programs"), P.TOKEN_CREATE),
)  # fmt: skip

FOR_AGENCY = (
    _said("Uses the console", P.CONSOLE_USE),
    _said(
        "Reads everything of every client",
        P.CLIENT_VIEW, P.WEBSITE_VIEW, P.CONTACT_VIEW, P.AGREEMENT_VIEW, P.NOTE_VIEW, P.WATCH_VIEW, P.TICKET_VIEW,
        P.PROMISE_VIEW, P.REPORT_VIEW, P.PARTY_VIEW, P.COMPONENT_VIEW,
    ),
    _said("Answers and handles tickets, and writes notes", P.TICKET_OPEN, P.TICKET_REPLY, P.TICKET_NOTE, P.TICKET_EDIT),
    _said(
        "Keeps answers, help pages, client notes and reminders, and logs callers",
        P.HELP_PAGE_EDIT, P.NOTE_EDIT, P.REMINDER_EDIT, P.CONTACT_ADD,
    ),
    _said("Is on call, and acknowledges outages", P.DUTY_TAKE, P.OUTAGE_ACKNOWLEDGE),
    _said("Writes amendments", P.AMENDMENT_WRITE),
    _said(
        "Sets up websites, monitors and inventories, plans work, says what caused outages, puts amendments online",
        P.COMPONENT_EDIT, P.WEBSITE_EDIT, P.MONITOR_EDIT, P.WINDOW_EDIT, P.OUTAGE_ATTRIBUTE, P.AMENDMENT_PUBLISH,
    ),
    _said("Lets websites and tools sign people in with Mainstay", P.PARTY_EDIT),
    _said("Manages clients’ people", P.CONTACT_EDIT, P.PEOPLE_EDIT),
    _said(
        "Corrects outages, asks clients about them, keeps alerts, procedures, wording and service reviews",
        P.OUTAGE_CORRECT, P.EXCLUSION_ASK, P.ALERT_EDIT, P.PROCEDURE_EDIT, P.WORDING_EDIT, P.REVIEW_EDIT,
    ),
    _said("Keeps rosters", P.ROSTER_EDIT),
    _said(
        "Takes clients on, names account managers, writes agreements, approves work past the budget, issues reports",
        P.CLIENT_CREATE, P.CLIENT_EDIT, P.MANAGER_NAME, P.AGREEMENT_SIGN, P.WINDOW_APPROVE, P.REPORT_ISSUE,
    ),
    _said("Manages the agency’s people, mailboxes and channels", P.USER_EDIT, P.MAILBOX_EDIT, P.CHANNEL_EDIT),
    _said("Reads the record of who did what, and from where", P.AUDIT_VIEW),
    _said("Makes tokens for programs", P.TOKEN_CREATE),
)  # fmt: skip


@dataclass(frozen=True)
class RoleSaid:
    """A role with what it may and what it may not, in words."""

    role: Role
    label: str
    may: tuple[str | Promise, ...]
    may_not: tuple[str | Promise, ...]


def client_roles() -> list[RoleSaid]:
    """The roles of a client's people, the one that may most first."""
    return _all(CLIENT_ROLES, FOR_CLIENTS)


def agency_roles() -> list[RoleSaid]:
    """The roles of the agency's people, in the order of their definition."""
    return _all(AGENCY_ROLES, FOR_AGENCY)


def _all(roles: Iterable[Role], words: tuple[Said, ...]) -> list[RoleSaid]:
    return [_one(role, words) for role in Role if role in set(roles)]


def _one(role: Role, words: tuple[Said, ...]) -> RoleSaid:
    held = permissions_of(role)
    may = tuple(each.words for each in words if each.rights <= held)
    may_not = tuple(each.words for each in words if not each.rights <= held)
    return RoleSaid(role, role.label, may, may_not)
