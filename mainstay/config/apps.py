"""Start-up: loads each area's jobs and lets flows subscribe."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class ConfigConfig(AppConfig):
    """Imports the `worker` module of every area, so that their jobs are known to every process."""

    name = "mainstay.config"
    label = "config"

    def ready(self) -> None:
        for each in apps.get_app_configs():
            if each.name.startswith("mainstay.") and find_spec(f"{each.name}.worker"):
                import_module(f"{each.name}.worker")
