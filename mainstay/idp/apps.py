"""The app configuration of `idp`."""

from django.apps import AppConfig


class IdpConfig(AppConfig):
    name = "mainstay.idp"
    label = "idp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out  # late: models can be imported only now

        from mainstay.common import facts
        from mainstay.idp import worker
        from mainstay.idp.web import leaving, navigation

        facts.subscribe({"idp.put_out": [worker.put_out_is_told]})
        user_logged_out.connect(leaving.signed_out, dispatch_uid="mainstay.idp")
        navigation.start()
