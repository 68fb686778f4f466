"""Ways back."""

from django.urls import reverse

from mainstay.clients.models import Organisation


def back_to(client: Organisation) -> str:
    """The client's people in the portal."""
    return reverse("portal-people", args=[client.slug])
