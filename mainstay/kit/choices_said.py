"""Words that stand in rows and enumerations and are shown to clients: said here so that they are translated.

A template shows them with `{% translate variable %}`.
"""

from django.utils.translation import gettext_noop as _

STATES = (_("Open"), _("Waiting"), _("Resolved"), _("Closed"))
CATEGORIES = (
    _("Data upload"), _("Image upload"), _("Viewability"), _("Layout"), _("Attack"), _("Outage"), _("Access"),
    _("Change"), _("Other"),
)  # fmt: skip
AUDIENCES = (_("Website user"), _("System administrator"), _("IT team"))
ROLES = (
    _("Client administrator"), _("Publisher"), _("Approver"), _("Editor"), _("Requester"), _("Viewer"),
)  # fmt: skip
