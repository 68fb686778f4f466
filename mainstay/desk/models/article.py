"""Articles of the knowledge base: what helps people to help themselves."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category
from mainstay.desk.models.choices import choices, known


class Article(models.Model):
    """Something explained. Shared with every client when `client` is empty; the agency's own is for its staff alone.

    `audience` empty: for both kinds of reader. `published` is the version that clients read, empty while it is a
    draft; `words` are those of that version, for searching. `title` is the newest version's. `is_public`: help pages
    offer it too, to whoever stands before them.
    """

    client = models.ForeignKey(
        "clients.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(max_length=24, choices=choices(Audience), blank=True)
    category = models.CharField(max_length=16, choices=choices(Category), blank=True)
    title = models.CharField(max_length=160)
    published = models.OneToOneField("desk.ArticleVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    words = models.TextField(blank=True, editable=False)
    is_public = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            known("audience", Audience, "article_audience_known", blank=True),
            known("category", Category, "article_category_known", blank=True),
        ]
        indexes = [models.Index(fields=["client", "category"], name="article_by_client")]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-article", args=[self.pk])


class ArticleVersion(models.Model):
    """What an article said at a time. Only ever added; `text` is Markdown, made safe whenever it is shown."""

    article = models.ForeignKey("desk.Article", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["article", "-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="article_version_numbered")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class ArticleVote(models.Model):
    """Whether an article helped somebody: the person's last word counts, once."""

    article = models.ForeignKey("desk.Article", on_delete=models.CASCADE, related_name="votes")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="article_vote_once_a_person")]

    def __str__(self) -> str:
        return f"{self.article_id} {'helped' if self.helped else 'did not help'}"
