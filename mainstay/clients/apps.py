"""The app configuration of `clients`."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "mainstay.clients"
    label = "clients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access import arrivals  # late: models can be imported only now
        from mainstay.clients.actions import join_by_domain
        from mainstay.clients.actions.forgetting import forget_contacts, told_of_contacts
        from mainstay.clients.web import navigation, tenancy
        from mainstay.common import privacy

        arrivals.register(join_by_domain)
        privacy.tell("clients", told_of_contacts)
        privacy.forget(forget_contacts)
        tenancy.start()
        navigation.start()
