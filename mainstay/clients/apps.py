"""The app configuration of `clients`."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "mainstay.clients"
    label = "clients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access import arrivals, second_factors, ways_in  # late: models can be imported only now
        from mainstay.clients.actions import join_by_domain
        from mainstay.clients.actions.forgetting import forget_contacts, told_of_contacts
        from mainstay.clients.queries import must_have_second_factor
        from mainstay.clients.queries.identity import must_use_provider, places_to_enter, roles_for_claims
        from mainstay.clients.web import navigation, tenancy
        from mainstay.common import privacy
        from mainstay.idp import holding

        ways_in.register(must_use_provider)
        arrivals.register(join_by_domain)
        second_factors.register(must_have_second_factor)
        holding.register(roles=roles_for_claims, places=places_to_enter)
        privacy.tell("clients", told_of_contacts)
        privacy.forget(forget_contacts)
        tenancy.start()
        navigation.start()
