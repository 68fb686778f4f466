"""The app configuration of `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "mainstay.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models must be loaded first
        from mainstay.kit import navigation

        navigation.register("console", "Desk", "console-desk", "inbox", 30, Permission.TICKET_VIEW)
        navigation.register("portal", "Tickets", "portal-tickets", "inbox", 30, Permission.TICKET_VIEW)
