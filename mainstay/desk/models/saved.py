"""Answers that are used again."""

from django.conf import settings
from django.db import models

from mainstay.desk.facts import Category
from mainstay.desk.models.choices import choices, known
from mainstay.desk.rules import PRIORITIES

THEN = (
    ("", "Leave it to me"),
    ("open", "Keep it open"),
    ("wait", "Wait for the client’s answer"),
    ("resolve", "It is resolved"),
)


class SavedReply(models.Model):
    """A text with variables, `owner`'s own or shared when that is empty; as a macro it also sets what is named here.

    `takes_on`: the ticket goes to whoever uses it.
    """

    title = models.CharField("title", max_length=80)
    text = models.TextField("text")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    then = models.CharField("then", max_length=8, choices=THEN, blank=True)
    priority = models.PositiveSmallIntegerField(
        choices=[(each, f"Priority {each}") for each in PRIORITIES], null=True, blank=True
    )
    category = models.CharField("category", max_length=16, choices=choices(Category), blank=True)
    takes_on = models.BooleanField("give the ticket to whoever uses it", default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            known("category", Category, "saved_reply_category_known", blank=True),
            models.CheckConstraint(
                condition=models.Q(then__in=[key for key, _ in THEN]), name="saved_reply_then_known"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__isnull=True) | models.Q(priority__in=PRIORITIES),
                name="saved_reply_priority_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sets_something(self) -> bool:
        """Whether it is a macro: it changes the ticket beside answering."""
        return bool(self.priority or self.category or self.takes_on)
