"""The app configuration of `failing`."""

from django.apps import AppConfig


class AreaConfig(AppConfig):
    name = "tests.config.failing"
    label = "failing"
