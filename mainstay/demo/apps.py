"""The app configuration of `demo`."""

from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "mainstay.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if settings.MAINSTAY.demo:
            from mainstay.clients.web import panels  # late: models can be imported only now
            from mainstay.demo.web.views import panel

            panels.on_website.register(panel)
