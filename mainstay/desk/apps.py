"""The app configuration of `desk`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "mainstay.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models must be loaded first
        from mainstay.clients import leaving
        from mainstay.clients.web import panels
        from mainstay.common import privacy
        from mainstay.desk.actions.forgetting import forget_author, told_of_messages
        from mainstay.desk.actions.leaving import give_back
        from mainstay.desk.web.help_pages import panel_of_client
        from mainstay.kit import navigation

        navigation.register(
            "console", "Desk", "console-desk", "inbox", 30, Permission.TICKET_VIEW, ("/console/mailboxes/",)
        )
        navigation.register("portal", _("Tickets"), "portal-tickets", "inbox", 30, Permission.TICKET_VIEW)
        navigation.register("console", "Articles", "console-articles", "book-open", 32, Permission.TICKET_VIEW)
        navigation.register("portal", _("Answers"), "portal-articles", "book-open", 32, Permission.TICKET_VIEW)
        navigation.register("portal", _("Help button"), "portal-help-pages", "qr-code", 65, Permission.HELP_PAGE_EDIT)
        panels.on_client.register(panel_of_client)
        leaving.register(give_back)
        privacy.tell("tickets", told_of_messages)
        privacy.forget(forget_author)
