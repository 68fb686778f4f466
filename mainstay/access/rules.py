"""Which role may do what: one table, deny by default."""

from collections.abc import Iterable, Mapping

from mainstay.access.facts import AGENCY_ROLES, CLIENT_ROLES, Permission, Role

EVERYBODY = frozenset(Role)
MANAGEMENT = frozenset({Role.ADMINISTRATOR, Role.DIRECTOR, Role.ACCOUNT_MANAGER})
LEADS = MANAGEMENT | {Role.TEAM_LEAD}
ENGINEERS = LEADS | {Role.ENGINEER}
HANDS = ENGINEERS | {Role.HELPER}
"""Staff that act; an auditor only reads."""
CLIENT_ADMINISTRATOR = frozenset({Role.CLIENT_ADMINISTRATOR})
PUBLISHERS = CLIENT_ADMINISTRATOR | {Role.PUBLISHER}
APPROVERS = CLIENT_ADMINISTRATOR | {Role.APPROVER}
EDITORS = PUBLISHERS | APPROVERS | {Role.EDITOR}
REQUESTERS = EDITORS | {Role.REQUESTER}

GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.CONSOLE_USE: AGENCY_ROLES,
    Permission.USER_EDIT: frozenset({Role.ADMINISTRATOR}),
    Permission.TOKEN_CREATE: AGENCY_ROLES | CLIENT_ADMINISTRATOR,
    Permission.PARTY_VIEW: AGENCY_ROLES,
    Permission.PARTY_EDIT: ENGINEERS,
    Permission.AUDIT_VIEW: frozenset({Role.ADMINISTRATOR, Role.DIRECTOR, Role.AUDITOR}) | CLIENT_ADMINISTRATOR,
    Permission.COMPONENT_VIEW: EVERYBODY,
    Permission.COMPONENT_EDIT: ENGINEERS,
    Permission.CLIENT_VIEW: EVERYBODY,
    Permission.CLIENT_CREATE: MANAGEMENT,
    Permission.CLIENT_EDIT: MANAGEMENT,
    Permission.WEBSITE_VIEW: EVERYBODY,
    Permission.WEBSITE_EDIT: ENGINEERS,
    Permission.CONTACT_VIEW: AGENCY_ROLES | CLIENT_ADMINISTRATOR,
    Permission.CONTACT_EDIT: LEADS,
    Permission.CONTACT_ADD: HANDS,
    Permission.PEOPLE_EDIT: LEADS | CLIENT_ADMINISTRATOR,
    Permission.MANAGER_NAME: MANAGEMENT,
    Permission.AGREEMENT_VIEW: EVERYBODY,
    Permission.AGREEMENT_SIGN: MANAGEMENT,
    Permission.AGREEMENT_ACCEPT: CLIENT_ADMINISTRATOR,
    Permission.WINDOW_EDIT: ENGINEERS,
    Permission.WINDOW_APPROVE: MANAGEMENT,
    Permission.REVIEW_EDIT: LEADS,
    Permission.NOTE_VIEW: AGENCY_ROLES,
    Permission.NOTE_EDIT: HANDS,
    Permission.DUTY_TAKE: HANDS,
    Permission.ROSTER_EDIT: frozenset({Role.ADMINISTRATOR, Role.TEAM_LEAD}),
    Permission.WATCH_VIEW: EVERYBODY,
    Permission.MONITOR_EDIT: ENGINEERS,
    Permission.OUTAGE_ACKNOWLEDGE: HANDS,
    Permission.OUTAGE_ATTRIBUTE: ENGINEERS,
    Permission.OUTAGE_CORRECT: LEADS,
    Permission.EXCLUSION_ASK: LEADS,
    Permission.EXCLUSION_ANSWER: CLIENT_ADMINISTRATOR,
    Permission.ALERT_EDIT: LEADS,
    Permission.CHANNEL_EDIT: frozenset({Role.ADMINISTRATOR}),
    Permission.TICKET_VIEW: EVERYBODY,
    Permission.TICKET_OPEN: HANDS | REQUESTERS,
    Permission.TICKET_REPLY: HANDS | REQUESTERS,
    Permission.TICKET_NOTE: HANDS,
    Permission.TICKET_EDIT: HANDS,
    Permission.HELP_PAGE_EDIT: HANDS | CLIENT_ADMINISTRATOR,
    Permission.MAILBOX_EDIT: frozenset({Role.ADMINISTRATOR}),
    Permission.PROCEDURE_EDIT: LEADS,
    Permission.WORDING_EDIT: LEADS,
    Permission.AMENDMENT_WRITE: HANDS | EDITORS,
    Permission.AMENDMENT_APPROVE: APPROVERS,
    Permission.AMENDMENT_PUBLISH: ENGINEERS | PUBLISHERS,
    Permission.PROMISE_VIEW: EVERYBODY,
    Permission.REMINDER_EDIT: HANDS,
    Permission.REPORT_VIEW: EVERYBODY,
    Permission.REPORT_ISSUE: MANAGEMENT,
}


def permissions_of(role: str) -> frozenset[Permission]:
    """What `role` may do; nothing for a role that does not exist."""
    return frozenset(permission for permission, roles in GRANTS.items() if role in roles)


def roles_with(permission: Permission, among: Iterable[Role] = EVERYBODY) -> frozenset[Role]:
    """The roles of `among` that hold `permission`."""
    return GRANTS.get(permission, frozenset()) & frozenset(among)


def scopes_for(roles: Iterable[str]) -> frozenset[Permission]:
    """What an API token of somebody with these roles may be given at most: no console, no consent, nobody's access."""
    held: frozenset[Permission] = frozenset().union(*(permissions_of(role) for role in roles))
    return held - {
        Permission.CONSOLE_USE,
        Permission.TOKEN_CREATE,
        Permission.USER_EDIT,
        Permission.PARTY_VIEW,
        Permission.PARTY_EDIT,
        Permission.AUDIT_VIEW,
        Permission.PEOPLE_EDIT,
        Permission.AGREEMENT_ACCEPT,
        Permission.EXCLUSION_ANSWER,
        Permission.AMENDMENT_APPROVE,
    }


def in_one_line(text: str) -> str:
    """`text` as a name or a subject can be: line breaks and other unprintable characters become spaces."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def may_be_client_role(role: str) -> bool:
    """Whether a contact of a client can hold `role`."""
    return role in CLIENT_ROLES
