"""A browser that visits, and the devices that people are known to sign in with."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from mainstay.access.devices import in_words

AGENT_MAX = 300


class BrowserSession(AbstractBaseSession):
    """A session, with whose it is and where it was opened, so that its owner can see it and end it.

    `user`, and all that follows, is empty for a visitor who is not signed in. `address` is the network address of the
    last visit that was noted, `seen_at` is noted every few minutes.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="browser_sessions"
    )
    agent = models.CharField(max_length=AGENT_MAX, blank=True)
    address = models.CharField(max_length=64, blank=True)
    signed_in_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = "session"
        verbose_name_plural = "sessions"

    @classmethod
    def get_session_store_class(cls):  # type: ignore[no-untyped-def]
        from mainstay.access.sessions import SessionStore  # late: the store reads this model

        return SessionStore

    @property
    def device(self) -> str:
        """The browser and what it runs on, in words."""
        return in_words(self.agent)


class KnownDevice(models.Model):
    """A browser that somebody signed in with before, recognised by a random cookie of which the hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices")
    digest = models.CharField(max_length=64)
    agent = models.CharField(max_length=AGENT_MAX, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_device_once")]

    def __str__(self) -> str:
        return in_words(self.agent)


class SignInCode(models.Model):
    """A code that was mailed to somebody who wants to sign in with it. Kept as a hash that holds the question's key.

    `question` names the browser that asked: the code opens nothing anywhere else.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_codes")
    question = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="sign_in_code_expires_after_creation"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="sign_in_code_by_end")]

    def __str__(self) -> str:
        return f"of {self.created_at:%Y-%m-%d %H:%M}"


class FactorReset(models.Model):
    """The way back in for somebody who lost the second factor and the recovery codes, started by an administrator.

    Nothing is taken away before the person uses the link, which goes to the person's address alone: whoever starts it
    neither sees nor chooses anything (ASVS 5.0, 6.4.6). Its key is kept as SHA-256 alone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_resets")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gte=models.F("created_at")), name="factor_reset_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"of {self.created_at:%Y-%m-%d %H:%M}"

    def opens_at(self, at: datetime) -> bool:
        """Whether the second factor can be taken away with it at `at`."""
        return self.used_at is None and at < self.expires_at
