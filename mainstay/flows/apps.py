"""The app configuration of `flows`: subscribes the table of stories, and answers what areas ask of those above."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "mainstay.flows"
    label = "flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.clients import planning
        from mainstay.common import facts  # late: models must be loaded first
        from mainstay.flows.alerts_name_tickets import tickets_of
        from mainstay.flows.table import TABLE
        from mainstay.flows.windows_ask_the_ledger import window_asks_the_ledger
        from mainstay.watch import references

        facts.subscribe(TABLE)
        references.register(tickets_of)
        planning.register(window_asks_the_ledger)
