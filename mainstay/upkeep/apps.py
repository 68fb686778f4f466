"""The app configuration of `upkeep`."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "mainstay.upkeep"
    label = "upkeep"
    default_auto_field = "django.db.models.BigAutoField"
