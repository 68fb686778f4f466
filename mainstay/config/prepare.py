"""Brings an installation's database, cache table and static files to the state of this version."""

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mainstay.clients.models import Organisation


def has_pending_migrations() -> bool:
    """Whether the database is older than this version."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_empty() -> bool:
    """Whether the database has never been prepared."""
    return "django_migrations" not in connection.introspection.table_names()


def holds_agency() -> bool:
    """Whether an agency was set up or the demo world made; not so while the tables alone are there."""
    is_prepared = Organisation._meta.db_table in connection.introspection.table_names()
    return is_prepared and Organisation.objects.exists()


def applied_migrations() -> set[str]:
    """The migrations that the database has had, as `area.name`."""
    return {".".join(key) for key in MigrationExecutor(connection).loader.applied_migrations}


def known_migrations() -> set[str]:
    """The migrations that this version brings, as `area.name`."""
    return {".".join(key) for key in MigrationExecutor(None).loader.disk_migrations}


def database() -> None:
    """Apply the migrations and make the cache table. Safe to run again."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def static_files() -> None:
    """Collect the static files when any of them has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, stdout=io.StringIO())
    stamp.write_text(digest)


def _static_digest() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            source = Path(storage.path(path))
            status = source.stat()
            digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
