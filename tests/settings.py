"""Settings of the test run: Mainstay's own, in a world of their own that is gone afterwards."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = {"MAINSTAY_DATABASE_URL", "MAINSTAY_CHROMIUM"}


def _clear_environment() -> None:
    """Forget what the person at the keyboard has set for an installation; keep which database to test on."""
    for name in [name for name in os.environ if name.startswith("MAINSTAY_") and name not in KEPT]:
        if not name.startswith("MAINSTAY_TEST_"):
            del os.environ[name]


def _own_data_folder() -> Path:
    """A new folder for this process; the process that began the run removes it with those of its workers."""
    shared = os.environ.get("MAINSTAY_TEST_FOLDER")
    if shared is None:
        shared = os.environ["MAINSTAY_TEST_FOLDER"] = tempfile.mkdtemp(prefix="mainstay-test-")
        atexit.register(shutil.rmtree, shared, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=shared))


_clear_environment()
os.environ["MAINSTAY_DATA"] = str(_own_data_folder())
os.environ["MAINSTAY_MAIL_URL"] = f"file:{os.environ['MAINSTAY_DATA']}/mail"
os.environ["MAINSTAY_SECOND_FACTOR"] = "no"  # people of tests have none; tests/access/test_required.py turns it on
os.environ["MAINSTAY_SECRET_KEY"] = "a key that signs nothing but tests"

from mainstay.config.settings import *  # noqa: E402, F403 - the environment had to be ready first
from mainstay.config.settings import DATABASES, MAINSTAY  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

DATABASES["default"]["CONN_MAX_AGE"] = 0  # what a thread of the live server leaves open would keep the database busy
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(MAINSTAY.data / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"  # type: ignore[index]
