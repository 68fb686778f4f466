"""The app configuration of `clients`."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "mainstay.clients"
    label = "clients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.clients.web import navigation, tenancy  # late: models can be imported only now

        tenancy.start()
        navigation.start()
