"""What the identity provider calls itself, and people."""

from django.conf import settings

from mainstay.access.models import User


def issuer() -> str:
    """The name of this identity provider: the public address of the installation, without a slash at its end."""
    return str(settings.MAINSTAY.url).rstrip("/")


def subject_of(user: User) -> str:
    """What every relying party knows a person by: it never changes, and is never given to anybody else."""
    return str(user.pk)
