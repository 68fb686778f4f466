"""What relying parties are told of people, in plain words."""

from django.utils.translation import gettext_lazy as _

SAID = {
    "openid": _("a number that stands for you"),
    "profile": _("your name, your language and time zone, and what you may do there"),
    "email": _("your e-mail address"),
    "roles": _("what you may do there"),
}
"""By what was asked for."""
