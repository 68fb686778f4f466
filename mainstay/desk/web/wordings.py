"""The wording of letters in the console: which there are, writing one anew, a preview."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.common.languages import LANGUAGES_SPOKEN
from mainstay.desk import gates
from mainstay.desk.actions import wordings as actions
from mainstay.desk.models import LetterWording
from mainstay.desk.queries.wordings import overview, words_for
from mainstay.desk.wordings import KINDS, About, LetterKind, Words, filled

TEXT_MAX = 5_000
SAMPLE = {
    "reference": "MS-2026-00042",
    "client": "Alder Books",
    "link": "https://care.example/portal/alder/tickets/MS-2026-00042/",
    "due": "Wednesday 4 March 2026, 12:30 (Europe/London)",
    "answer": "Dear Rita,\n\nthe limit is raised: pictures may have 25 MB now. Please try again.",
    "author": "Mia Lindqvist",
    "manager": "Max Manager",
    "good": "https://care.example/survey/…?score=good",
    "fair": "https://care.example/survey/…?score=fair",
    "bad": "https://care.example/survey/…?score=bad",
}
"""What stands in a preview."""


class WordingForm(forms.Form):
    subject = forms.CharField(label="Subject", max_length=200)
    text = forms.CharField(label="Text", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 16}), strip=False)

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not about.has_subject:
            del self.fields["subject"]

    @property
    def words(self) -> Words:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip("\n")
        return Words(" ".join(self.cleaned_data.get("subject", "").split()), text)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of letter in every language, and whose words hold."""
    gates.require_staff(request.user, Permission.WORDING_EDIT)
    rows = [{"kind": kind, "about": KINDS[kind], "languages": languages} for kind, languages in overview()]
    return kit.page(request, "desk/console/wordings.html", rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Write the words of one letter in one language, look at them, or (`then=drop`) go back to Mainstay's."""
    gates.require_staff(request.user, Permission.WORDING_EDIT)
    letter, name = _asked(kind, language)
    form = _form(request, letter, language)
    then, shown = request.POST.get("then", ""), None
    if then == "drop":
        actions.drop_wording(kind=letter, language=language, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return kit.done(request, reverse("console-wordings"), "Mainstay’s own words hold again.")
    if request.method == "POST" and form.is_valid():
        if then != "preview":
            if _kept(request, form, letter, language):
                return kit.done(request, reverse("console-wordings"), "Kept. Letters say this from now on.")
        elif not (problem := actions.trouble_with(letter, form.words)):
            shown = Words(filled(form.words.subject, SAMPLE), filled(form.words.text, SAMPLE))
        else:
            form.add_error("text", problem)
    return kit.page(
        request,
        "desk/console/wording.html",
        form=form,
        about=KINDS[letter],
        language=name,
        shown=shown,
        is_own=LetterWording.objects.filter(kind=letter, language=language).exists(),
        in_other=dict(LANGUAGES_SPOKEN)[words_for(letter, language)[1]] if not form.is_bound else "",
        variables=[(f"{{{each}}}", meaning) for each, meaning in KINDS[letter].variables.items()],
    )


def _kept(request: HttpRequest, form: WordingForm, letter: LetterKind, language: str) -> bool:
    given: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    try:
        actions.keep_wording(kind=letter, language=language, words=form.words, **given)
    except actions.WordingRefused as problem:
        form.add_error("text", str(problem))
        return False
    return True


def _form(request: HttpRequest, letter: LetterKind, language: str) -> WordingForm:
    words, _ = words_for(letter, language)
    initial = {"subject": words.subject, "text": words.text}
    return WordingForm(request.POST if request.method == "POST" else None, about=KINDS[letter], initial=initial)


def _asked(kind: str, language: str) -> tuple[LetterKind, str]:
    """The kind of letter and the language's name. Raises `Http404` for others than there are."""
    names = dict(LANGUAGES_SPOKEN)
    if kind not in set(LetterKind) or language not in names:
        raise Http404
    return LetterKind(kind), names[language]
