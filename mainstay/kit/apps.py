"""The app configuration of `kit`."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "mainstay.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
