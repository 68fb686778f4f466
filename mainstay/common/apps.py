"""The app configuration of `common`."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "mainstay.common"
    label = "common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.common import trail

        trail.watch()
