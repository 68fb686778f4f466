"""Pages on which anybody can ask for help, behind a button or a printed code."""

from django.conf import settings
from django.db import models
from django.urls import reverse

TOKEN_MAX = 43


class HelpPage(models.Model):
    """A public page of a client, for one website or (`website` empty) for all of them, under an address nobody guesses.

    One is open at a time for each. A new address is a new row, so that on record it stands which was in use when.
    The token is no secret from whoever may see the page: it stands on the website.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="help_pages")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, null=True, related_name="help_pages")
    token = models.CharField(max_length=TOKEN_MAX, unique=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["client", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(ended_at__isnull=True, website__isnull=True),
                name="help_page_one_a_client",
            ),
            models.UniqueConstraint(
                fields=["website"], condition=models.Q(ended_at__isnull=True), name="help_page_one_a_website"
            ),
        ]

    def __str__(self) -> str:
        return f"help page of {self.website or self.client}"

    @property
    def path(self) -> str:
        """Its address on this site."""
        return reverse("help", args=[self.token])

    @property
    def address(self) -> str:
        """Its whole address, as it stands behind a button and in a printed code."""
        return f"{settings.MAINSTAY.url.rstrip('/')}{self.path}"
