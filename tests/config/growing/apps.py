"""The app configuration of `growing`."""

from django.apps import AppConfig


class AreaConfig(AppConfig):
    name = "tests.config.growing"
    label = "growing"
