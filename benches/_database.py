"""A database for one bench: of the kind that MAINSTAY_DATABASE_URL names, made before it and taken away afterwards."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def in_a_database_of_its_own(measure: Callable[[str], None]) -> None:
    """Set Django up in a data folder of its own, and let `measure` run; it is given what the database is called."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        os.environ["MAINSTAY_DATA"] = folder
        os.environ["MAINSTAY_MAIL_URL"] = f"file:{folder}/mail"
        os.environ["MAINSTAY_SECOND_FACTOR"] = "no"  # the people of a bench have no devices
        os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.config.settings"
        import django  # late: the data folder had to be named first

        django.setup()
        from django.db import connection  # late: as above

        sqlite = connection.vendor == "sqlite"
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/bench.sqlite3" if sqlite else f"bench_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0)
        try:
            measure(connection.display_name)
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["TEST"]["NAME"], verbosity=0)
