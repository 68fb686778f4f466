"""Those of allauth's pages that Mainstay has: an address without a line here does not exist."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_http_methods

from mainstay.access.web import passkeys

RESET_KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"


def _form(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that is looked at and sent, and takes no other method: allauth's take PUT as if it were POST."""
    return require_http_methods(["GET", "HEAD", "POST"])(view)


def _page(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(route, _form(view), name=name)


urlpatterns = [
    _page("login/", account.login, "account_login"),
    _page("logout/", account.logout, "account_logout"),
    _page("inactive/", account.account_inactive, "account_inactive"),
    _page("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    _page("password/change/", account.password_change, "account_change_password"),
    _page("password/set/", account.password_set, "account_set_password"),
    _page("password/reset/", account.password_reset, "account_reset_password"),
    _page("password/reset/done/", account.password_reset_done, "account_reset_password_done"),
    _page("password/reset/key/done/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    re_path(RESET_KEY, _form(account.password_reset_from_key), name="account_reset_password_from_key"),
    _page("2fa/", mfa.index, "mfa_index"),
    _page("2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    _page("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    _page("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    _page("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    path("2fa/passkeys/", passkeys.listing, name="mfa_list_webauthn"),
    _page("2fa/passkeys/add/", webauthn.add_webauthn, "mfa_add_webauthn"),
    _page("2fa/passkeys/<int:pk>/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    _page("2fa/passkeys/<int:pk>/removal/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    _page("2fa/passkeys/sign-in/", passkeys.sign_in, "mfa_login_webauthn"),
    _page("2fa/passkeys/reauthenticate/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _page("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _page("2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _page("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"),
]
