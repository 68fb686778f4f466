"""The app configuration of `report`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportConfig(AppConfig):
    name = "mainstay.report"
    label = "report"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mainstay.access.facts import Permission  # late: models must be loaded first
        from mainstay.kit import navigation

        navigation.register("console", "Reports", "console-reports", "file-text", 60, Permission.REPORT_VIEW)
        navigation.register("portal", _("Reports"), "portal-reports", "file-text", 40, Permission.REPORT_VIEW)
