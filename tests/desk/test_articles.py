"""The knowledge base: who reads what, what Markdown becomes, what is suggested, and whom it helped."""

import pytest
from django.urls import reverse

from mainstay.common.models import FactRecord
from mainstay.desk.actions import articles as actions
from mainstay.desk.markdown import html_of
from mainstay.desk.models import Article, ArticleVote
from mainstay.desk.queries import articles as queries
from mainstay.desk.similar import ranked, words_of
from tests.cast import CANARY
from tests.desk.kit import Stage
from tests.desk.words import article_of

ATTACKS = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://tracker.example/pixel.png)",
    "<a href='https://example.org' onclick='x()'>y</a>",
    "<style>body{display:none}</style>",
    "[x](https://example.org 'a\" onmouseover=\"alert(1)')",
    "<iframe src='https://example.org'></iframe>",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_markdown_is_made_safe(text):
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(str(html_of(f"Before\n\n{text}\n\nAfter")))
    for node in page.css("*"):
        assert node.tag not in {"script", "img", "style", "iframe"}
        assert not [name for name in node.attributes if name.startswith("on")]
        assert not (node.attributes.get("href") or "").startswith(("javascript:", "data:"))
    assert "After" in page.text()


def test_headings_stand_below_the_title_and_tables_are_kept():
    shown = html_of("# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[mail](mailto:a@example.org)")
    assert "<h2>One</h2>" in shown
    assert "<td>1</td>" in shown
    assert 'href="mailto:a@example.org"' in shown
    assert "<h1" not in shown


TEXTS = {
    1: ("Why is my picture refused?", "Pictures may have 8 MB at most, as JPEG or PNG."),
    2: ("How to reset a password", "Use the link on the sign-in page."),
    3: ("Opening hours at Christmas", "We are closed."),
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("my picture is refused", [1]),
        ("pictur refusd", [1]),
        ("Bilder? No: PICTURES!", [1]),
        ("I forgot the passwort", [2]),
        ("christmas", [3]),
        ("the and of", []),
        ("", []),
        ("zebra", []),
        ("x" * 5000, []),
    ],
)
def test_what_is_typed_finds_what_speaks_of_it(typed, expected):
    texts = {key: (title, " ".join(words_of(f"{title} {text}"))) for key, (title, text) in TEXTS.items()}
    assert ranked(typed, texts) == expected


@pytest.mark.django_db
def test_a_draft_is_not_read_and_versions_stay(client, stage: Stage):
    by = stage.cast.helper
    article = article_of(None, by, published=False)
    client.force_login(stage.cast.a_requester)
    address = reverse("portal-article", args=["alder", article.pk])
    assert client.get(address).status_code == 404
    actions.publish_article(article=article, by=by, at=stage.now)
    actions.write_article(article=article, title="New", text="Not ready yet", by=by, at=stage.later(hours=1))
    shown = client.get(address).content.decode()
    assert "8 MB" in shown
    assert "Not ready yet" not in shown
    actions.publish_article(article=article, by=by, at=stage.now)
    with pytest.raises(actions.NothingToPublish):
        actions.publish_article(article=article, by=by, at=stage.now)
    assert "Not ready yet" in client.get(address).content.decode()
    actions.withdraw_article(article=article, by=by, at=stage.now)
    assert client.get(address).status_code == 404
    assert [each.number for each in article.versions.all()] == [2, 1]
    bodies = str(list(FactRecord.objects.filter(kind__startswith="desk.article").values_list("body", flat=True)))
    assert "MB" not in bodies
    assert "Not ready" not in bodies


@pytest.mark.django_db
def test_the_same_words_make_no_version(stage: Stage):
    article = article_of(None, stage.cast.helper)
    given = {"title": article.title, "text": article.versions.get().text, "by": stage.cast.helper, "at": stage.now}
    actions.write_article(article=article, category="image_upload", **given)
    assert article.versions.count() == 1
    assert Article.objects.get().category == "image_upload"


@pytest.mark.django_db
def test_each_reader_reads_what_is_for_them(client, stage: Stage):
    by, cast = stage.cast.helper, stage.cast
    mine = article_of(cast.a, by, title="Refused pictures at Alder")
    theirs = article_of(cast.b, by, title=f"Refused pictures {CANARY}")
    inside = article_of(cast.agency, by, title="Refused pictures inside")
    technical = article_of(None, by, title="Refused pictures and headers", audience="system_administrator")
    client.force_login(cast.a_requester)
    pages = [
        reverse("portal-articles", args=["alder"]),
        reverse("portal-articles", args=["alder"]) + "?words=refused pictures",
        reverse("portal-article-suggestions", args=["alder"]) + "?typed=refused pictures",
    ]
    for page in pages:
        shown = client.get(page).content.decode()
        assert "at Alder" in shown
        assert not any(word in shown for word in (CANARY, "inside", "headers"))
    for each in (theirs, inside, technical):
        assert client.get(reverse("portal-article", args=["alder", each.pk])).status_code == 404
        assert (
            client.post(reverse("portal-article-vote", args=["alder", each.pk]), {"helped": "yes"}).status_code == 404
        )
    assert client.get(reverse("portal-article", args=["alder", mine.pk])).status_code == 200
    assert client.get(reverse("portal-article", args=[cast.b.slug, theirs.pk])).status_code == 404
    cast.a_requester.contacts.update(audience="system_administrator")
    assert client.get(reverse("portal-article", args=["alder", technical.pk])).status_code == 200


@pytest.mark.django_db
def test_a_person_counts_once(client, stage: Stage):
    article = article_of(None, stage.cast.helper)
    client.force_login(stage.cast.a_viewer)
    address = reverse("portal-article-vote", args=["alder", article.pk])
    assert client.get(address).status_code == 405
    for helped in ("no", "yes", "yes"):
        client.post(address, {"helped": helped})
    assert ArticleVote.objects.get().helped
    found = queries.articles().get()
    assert (found.helped, found.not_helped) == (1, 0)


@pytest.mark.django_db
def test_suggested_before_and_while_one_types_without_a_script(client, stage: Stage):
    article_of(None, stage.cast.helper, category="image_upload")
    client.force_login(stage.cast.a_requester)
    address = reverse("portal-ticket-new", args=["alder"])
    assert "Did one of these help?" in client.get(f"{address}?about=image_upload").content.decode()
    assert "Did one of these help?" not in client.get(f"{address}?about=layout").content.decode()
    given = {"subject": "Picture refused", "text": "Why?", "then": "look"}
    shown = client.post(f"{address}?about=layout", given).content.decode()
    assert "Did one of these help?" in shown
    assert "Picture refused" in shown
    shown = client.post(f"{address}?about=layout", {**given, "subject": "Zebra", "text": "Zoo"}).content.decode()
    assert "No answer speaks of this yet" in shown


@pytest.mark.django_db
def test_the_editor_previews_keeps_publishes_and_goes_back(client, stage: Stage):
    client.force_login(stage.cast.helper)
    given = {"title": "Hours", "text": "We are **open**.", "audience": "", "category": "", "client": ""}
    new = reverse("console-article-new")
    shown = client.post(new, {**given, "then": "preview"}).content.decode()
    assert "<strong>open</strong>" in shown
    assert not Article.objects.exists()
    client.post(new, {**given, "then": "keep"})
    article = Article.objects.get()
    assert article.published is None
    edit = reverse("console-article-edit", args=[article.pk])
    client.post(edit, {**given, "text": "We are closed.", "then": "publish"})
    assert Article.objects.get().published.number == 2
    assert "We are **open**." in client.get(f"{edit}?version=1").content.decode()
    assert client.get(f"{article.url}?version=1").status_code == 200
    assert client.get(f"{article.url}?version=9").status_code == 404
    assert client.post(new, {"title": "", "then": "keep"}).status_code == 422
    client.post(reverse("console-article-publication", args=[article.pk]), {"withdraw": "yes"})
    assert Article.objects.get().published is None


@pytest.mark.django_db
def test_lists_cost_a_fixed_number_of_queries(client, stage: Stage, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for person, address in (
        (stage.cast.helper, reverse("console-articles")),
        (stage.cast.a_requester, reverse("portal-articles", args=["alder"]) + "?words=picture"),
    ):
        client.force_login(person)
        article_of(None, stage.cast.helper)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get(address)
        for number in range(3):
            article_of(None, stage.cast.helper, title=f"Picture {number}")
        with django_assert_num_queries(len(one)):
            client.get(address)
