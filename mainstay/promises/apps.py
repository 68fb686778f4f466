"""The app configuration of `promises`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromisesConfig(AppConfig):
    name = "mainstay.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models must be loaded first
        from mainstay.kit import navigation
        from mainstay.promises.policy_text import policy_text

        policy_text()  # a text that does not fit its clauses stops the start, not a page
        navigation.register("console", "Promises", "console-promises", "shield-check", 50, Permission.PROMISE_VIEW)
        navigation.register("console", "Portfolio", "console-portfolio", "activity", 51, Permission.PROMISE_VIEW)
        navigation.register("portal", _("Promises"), "portal-promises", "shield-check", 10, Permission.PROMISE_VIEW)
