"""The app configuration of `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "mainstay.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access import actions  # late: models can be imported only now
        from mainstay.access.web import sign_ins, trail
        from mainstay.common import privacy

        sign_ins.start()
        trail.start()
        privacy.tell("account", actions.told_account)
        privacy.tell("tokens", actions.told_tokens)
        privacy.tell("consents", actions.told_consents)
        privacy.tell("record", actions.told_record)
