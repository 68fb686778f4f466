"""The app configuration of `flows`: subscribes the table of stories."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "mainstay.flows"
    label = "flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.common import facts  # late: models must be loaded first
        from mainstay.flows.table import TABLE

        facts.subscribe(TABLE)
