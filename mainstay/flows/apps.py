"""The app configuration of `flows`: subscribes the table of stories, and lets alerts name tickets."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "mainstay.flows"
    label = "flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.common import facts  # late: models must be loaded first
        from mainstay.flows.alerts_name_tickets import tickets_of
        from mainstay.flows.table import TABLE
        from mainstay.watch import references

        facts.subscribe(TABLE)
        references.register(tickets_of)
