"""The app configuration of `watch`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from mainstay.watch import past_changes


class WatchConfig(AppConfig):
    name = "mainstay.watch"
    label = "watch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models can be imported only now
        from mainstay.clients import leaving
        from mainstay.clients.web import panels
        from mainstay.kit import navigation
        from mainstay.watch.actions.alert_rules import alert_no_more
        from mainstay.watch.web.alert_panel import alerts_of_client

        post_migrate.connect(past_changes.install, sender=self)
        panels.on_client.register(alerts_of_client)
        leaving.register(alert_no_more)
        navigation.register("console", "Outages", "console-outages", "activity", 20, Permission.WATCH_VIEW)
        navigation.register("console", "Infrastructure", "console-dependencies", "server", 25, Permission.CONSOLE_USE)
        navigation.register(
            "console", "Monitors", "console-fleet", "radar", 27, Permission.WATCH_VIEW, ("/console/probers/",)
        )
        navigation.register(
            "console", "Alerts", "console-alerts", "bell", 70, Permission.CONSOLE_USE, ("/console/channels/",)
        )
