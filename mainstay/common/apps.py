"""The app configuration of `common`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "mainstay.common"
    label = "common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.common import trail, walls

        trail.watch()
        post_migrate.connect(walls.raise_walls, sender=self, dispatch_uid="walls")
