"""The app configuration of `watch`."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "mainstay.watch"
    label = "watch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models can be imported only now
        from mainstay.kit import navigation

        navigation.register("console", "Outages", "console-outages", "activity", 20, Permission.WATCH_VIEW)
        navigation.register("console", "Infrastructure", "console-dependencies", "server", 25, Permission.CONSOLE_USE)
        navigation.register("console", "Monitors", "console-fleet", "radar", 27, Permission.WATCH_VIEW)
