"""The app configuration of `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "mainstay.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.web import trail

        trail.start()
