"""The app configuration of `faces`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacesConfig(AppConfig):
    name = "mainstay.faces"
    label = "faces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models can be imported only now
        from mainstay.clients.web import panels
        from mainstay.faces.web.panels import standing, ticket_of_outage
        from mainstay.kit import navigation
        from mainstay.watch.web.panels import on_outage

        panels.on_client.register(standing)
        on_outage.register(ticket_of_outage)
        navigation.register("console", "Today", "console-home", "house", 10, Permission.CONSOLE_USE)
        navigation.register("console", "My clients", "console-my-clients", "handshake", 15, Permission.CLIENT_VIEW)
        navigation.register("console", "Websites", "console-websites", "globe", 25, Permission.WEBSITE_VIEW)
        navigation.register("portal", _("Home"), "portal-home", "house", 0, Permission.CLIENT_VIEW)
        navigation.register("portal", _("Websites"), "portal-websites", "globe", 20, Permission.WEBSITE_VIEW)
