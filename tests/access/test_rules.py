"""Roles and rights."""

from mainstay.access.facts import AGENCY_ROLES, CLIENT_ROLES, Permission, Role
from mainstay.access.rules import GRANTS, permissions_of, roles_with, scopes_for

READS = {
    Permission.CLIENT_VIEW,
    Permission.WEBSITE_VIEW,
    Permission.AGREEMENT_VIEW,
    Permission.COMPONENT_VIEW,
    Permission.WATCH_VIEW,
    Permission.TICKET_VIEW,
    Permission.PROMISE_VIEW,
    Permission.REPORT_VIEW,
}


def test_every_permission_is_granted_to_somebody() -> None:
    assert set(GRANTS) == set(Permission)
    assert all(GRANTS.values())


def test_an_unknown_role_may_nothing() -> None:
    assert permissions_of("") == permissions_of("root") == frozenset()


def test_a_viewer_only_reads() -> None:
    assert permissions_of(Role.VIEWER) == READS


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    assert permissions_of(Role.AUDITOR) >= READS
    changing = {each for each in permissions_of(Role.AUDITOR) if not each.value.split(".")[1].startswith("view")}
    assert changing <= {Permission.CONSOLE_USE, Permission.TOKEN_CREATE}


def test_the_console_is_for_the_agency_alone() -> None:
    assert roles_with(Permission.CONSOLE_USE) == AGENCY_ROLES
    assert not any(Permission.CONSOLE_USE in permissions_of(role) for role in CLIENT_ROLES)


def test_only_an_administrator_changes_accounts() -> None:
    assert roles_with(Permission.USER_EDIT) == {Role.ADMINISTRATOR}


OF_CLIENTS = {Permission.AGREEMENT_ACCEPT, Permission.EXCLUSION_ANSWER, Permission.AMENDMENT_APPROVE}
"""What a client alone can say: its signature, and its consent."""


def test_an_administrator_holds_every_right_but_what_a_client_alone_can_say() -> None:
    assert permissions_of(Role.ADMINISTRATOR) == frozenset(Permission) - OF_CLIENTS


def test_a_token_never_opens_accounts_or_the_console() -> None:
    offered = scopes_for([Role.ADMINISTRATOR])
    assert not offered & {Permission.USER_EDIT, Permission.PEOPLE_EDIT, Permission.TOKEN_CREATE, Permission.CONSOLE_USE}
    assert not OF_CLIENTS & scopes_for([Role.CLIENT_ADMINISTRATOR])
    assert scopes_for([]) == frozenset()
