"""Everything that changes an account: keyword-only, one transaction each, the fact recorded inside."""

from mainstay.access.actions.accounts import (
    LastAdministrator,
    UserExists,
    change_profile,
    change_role,
    create_user,
    restore,
    set_access_end,
    suspend,
)
from mainstay.access.actions.closing import close_account, close_sleeping, warn_sleeping
from mainstay.access.actions.factors import (
    NoFactor,
    ResetOver,
    finish_factor_reset,
    note_factor,
    note_recovery_code,
    start_factor_reset,
)
from mainstay.access.actions.grants import GrantOver, NotTheSecond, confirm_role, refuse_role
from mainstay.access.actions.invitations import (
    InvitationUsed,
    accept_invitation,
    first_invitation,
    invite,
    invite_staff,
)
from mainstay.access.actions.passwords import recover_password, set_password
from mainstay.access.actions.portraits import remove_portrait, set_portrait
from mainstay.access.actions.registrations import (
    RegistrationOver,
    answer_registration,
    forget_registrations,
    register,
)
from mainstay.access.actions.sign_ins import (
    end_other_sessions,
    end_session,
    forget_sign_ins,
    mail_sign_in_code,
    note_device,
    use_sign_in_code,
)
from mainstay.access.actions.tokens import ScopeRefused, create_token, note_token_use, revoke_token

__all__ = [
    "GrantOver",
    "InvitationUsed",
    "LastAdministrator",
    "NoFactor",
    "NotTheSecond",
    "RegistrationOver",
    "ResetOver",
    "ScopeRefused",
    "UserExists",
    "accept_invitation",
    "answer_registration",
    "change_profile",
    "change_role",
    "close_account",
    "close_sleeping",
    "confirm_role",
    "create_token",
    "create_user",
    "end_other_sessions",
    "end_session",
    "finish_factor_reset",
    "first_invitation",
    "forget_registrations",
    "forget_sign_ins",
    "invite",
    "invite_staff",
    "mail_sign_in_code",
    "note_device",
    "note_factor",
    "note_recovery_code",
    "note_token_use",
    "recover_password",
    "refuse_role",
    "register",
    "remove_portrait",
    "restore",
    "revoke_token",
    "set_access_end",
    "set_password",
    "set_portrait",
    "start_factor_reset",
    "suspend",
    "use_sign_in_code",
    "warn_sleeping",
]
