"""Settings of sign-in, recovery and second factors (django-allauth)."""

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "mainstay.access.web.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # there is no registration: an account begins with a mailed invitation
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/5m/ip,5/5m/key",
    "reset_password": "20/h/ip,5/h/key",  # nosec B105 # rates, no secrets
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "mainstay.access.web.forms.SignIn",
    "reset_password": "mainstay.access.web.forms.Recovery",  # nosec B105 # names of forms
    "reset_password_from_key": "mainstay.access.web.forms.NewPassword",
    "change_password": "mainstay.access.web.forms.ChangePassword",
    "reauthenticate": "mainstay.access.web.forms.Reauthentication",
}

MFA_ADAPTER = "mainstay.access.web.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no account is there before a mailed link showed whose address it is
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey is two factors by itself: the device, and how it is unlocked
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Mainstay"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "mainstay.access.web.forms.SecondFactor",
    "reauthenticate": "mainstay.access.web.forms.SecondFactorAgain",
    "add_webauthn": "mainstay.access.web.forms.AddPasskey",
    "edit_webauthn": "mainstay.access.web.forms.NamePasskey",
    "activate_totp": "mainstay.access.web.forms.ActivateTOTP",
}

PASSWORD_RESET_TIMEOUT = 60 * 60
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "mainstay.access.passwords.LongEnough"},
    {"NAME": "mainstay.access.passwords.NotGuessable"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_ENGINE = "mainstay.access.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
