"""What our letters say, in the agency's own words."""

from django.conf import settings
from django.db import models

from mainstay.common.languages import LANGUAGES_SPOKEN
from mainstay.desk.models.choices import choices, known
from mainstay.desk.wordings import LetterKind, Words


class LetterWording(models.Model):
    """The agency's own words of one kind of letter in one language; without a row Mainstay's own hold."""

    kind = models.CharField(max_length=16, choices=choices(LetterKind))
    language = models.CharField(max_length=8, choices=LANGUAGES_SPOKEN)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            known("kind", LetterKind, "letter_wording_kind_known"),
            models.CheckConstraint(
                condition=models.Q(language__in=list(dict(LANGUAGES_SPOKEN))), name="letter_wording_language_known"
            ),
            models.UniqueConstraint(fields=["kind", "language"], name="letter_wording_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.language}"

    @property
    def words(self) -> Words:
        return Words(self.subject, self.text)
