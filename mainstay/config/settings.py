"""Django's settings, derived from Mainstay's own (`mainstay.common.settings`)."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from mainstay.common.languages import LANGUAGES_SPOKEN, USUAL
from mainstay.common.settings import SettingWrong, load, secret_key_of
from mainstay.common.tenancy import ALL, SETTING
from mainstay.config.accounts import *  # noqa: F403
from mainstay.config.identity import *  # noqa: F403

MAINSTAY = load()

SECRET_KEY = secret_key_of(MAINSTAY)
DEBUG = MAINSTAY.debug
_public = urlsplit(MAINSTAY.url)
_secure = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname or "127.0.0.1", "127.0.0.1", "localhost", *MAINSTAY.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

INSTALLED_APPS = [
    "mainstay.config.apps.ConfigConfig",
    "mainstay.demo",
    "mainstay.flows",
    "mainstay.faces",
    "mainstay.report",
    "mainstay.promises",
    "mainstay.watch",
    "mainstay.desk",
    "mainstay.upkeep",
    "mainstay.clients",
    "mainstay.idp",
    "mainstay.access",
    "mainstay.kit",
    "mainstay.common",
    "django_cotton",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "csp",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mainstay.access.web.languages.LanguageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mainstay.access.web.trail.TrailMiddleware",
    "mainstay.access.web.audience.AudienceMiddleware",
    "mainstay.common.tenancy.ClientScopeMiddleware",
]

ROOT_URLCONF = "mainstay.config.urls"
WSGI_APPLICATION = "mainstay.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mainstay.kit.context.kit",
                "mainstay.faces.context.faces",
            ],
        },
    },
]


DATABASE_URL_WRONG = "MAINSTAY_DATABASE_URL must be sqlite:///path or postgres://user:password@host/name"


def _database(url: str) -> dict[str, object]:
    """The database of `url`, opened so that what was committed survives a power cut."""
    try:
        found = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError:
        raise SettingWrong(DATABASE_URL_WRONG) from None
    if not found["ENGINE"].endswith(("sqlite3", "postgresql")) or found["NAME"] in ("", ":memory:"):
        raise SettingWrong(DATABASE_URL_WRONG)
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        }
    else:
        options = found.setdefault("OPTIONS", {})
        options["options"] = f"{options.get('options', '')} -c {SETTING}={ALL}".strip()
    return dict(found)


DATABASES = {"default": _database(MAINSTAY.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "common_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # past it rows go by their key, and rate limits with them
    }
}

LANGUAGE_CODE = USUAL
LANGUAGES = LANGUAGES_SPOKEN
FORMAT_MODULE_PATH = ["mainstay.kit.formats"]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = MAINSTAY.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "img-src": [SELF, "data:"],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _secure
CSRF_COOKIE_SECURE = _secure
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _secure
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _secure  # passkeys on one's own machine, at http://localhost
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the proxy in front leads to https: docs/operate/install.md
    "security.W021",  # a browser's preload list is for the owner of the domain to ask for
]
if MAINSTAY.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LOGGING_CONFIG = None
