"""The form in which somebody at a client tells us about a difficulty: only what a helper will need."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from mainstay.clients.models import Website
from mainstay.desk import uploads
from mainstay.desk.facts import Category
from mainstay.desk.letters.parsed import Part
from mainstay.desk.web.difficulties import Difficulty
from mainstay.desk.web.questions import Kind, Question
from mainstay.kit.dates import weekday

TEXT_MAX = 20_000
SLACK = timedelta(minutes=10)
"""How far a clock of somebody else may go ahead of ours."""


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class CheckedFiles(forms.FileField):
    """Several files as parts of a message: number, size and type are checked, and each that fails is named."""

    widget = ManyFiles

    def __init__(self, *, any_data: bool = False, limits: uploads.Limits = uploads.USUAL, **options: Any) -> None:
        super().__init__(**{"help_text": limits.words, **options})
        self._any_data, self._limits = any_data, limits
        if not any_data:
            self.widget.attrs["accept"] = uploads.ACCEPT

    def clean(self, data: Any, initial: Any = None) -> list[Part]:
        given = [each for each in (data if isinstance(data, list | tuple) else [data]) if each is not None]
        if len(given) > self._limits.files:
            raise forms.ValidationError(
                _("Attach at most %(count)d files, or put them into one ZIP archive.") % {"count": self._limits.files}
            )
        parts = [_part(each, self._limits) for each in given]
        found = [
            uploads.trouble(each.name, each.content, any_data=self._any_data, limits=self._limits) for each in parts
        ]
        if problems := [each for each in found if each]:
            raise forms.ValidationError(problems)
        return parts


class WhenField(forms.DateTimeField):
    """A time of day as the reader's clock shows it, not in the future."""

    def __init__(self, *, zone: ZoneInfo, at: datetime, **options: Any) -> None:
        here = at.astimezone(zone)
        attrs = {"type": "datetime-local", "max": f"{here:%Y-%m-%dT%H:%M}"}
        super().__init__(widget=forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M"), **options)
        self._zone, self._at = zone, at

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            happened = datetime.fromisoformat(str(value).strip()).replace(tzinfo=self._zone)
        except ValueError:
            raise forms.ValidationError(_("Write day and time, such as 2026-03-04 10:30, or leave it empty.")) from None
        if happened > self._at + SLACK:
            raise forms.ValidationError(_("This time has not come yet. Look at the date."))
        return happened


class NewTicket(forms.Form):
    """What happened, where, and the questions of the chosen difficulty.

    Args:
        difficulty: the choice that the form is about.
        websites: those it can be about; when there is one it is chosen.
        zone: the reader's time zone.
        at: now.
        limits: how many files are taken.
    """

    website = forms.ModelChoiceField(
        label=_("Which website"), queryset=Website.objects.none(), error_messages={"required": _("Choose a website.")}
    )
    subject = forms.CharField(
        label=_("In one line"), max_length=200, error_messages={"required": _("Say in one line what it is about.")}
    )
    page = forms.CharField(max_length=500, required=False)
    text = forms.CharField(
        max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Tell us more, in a sentence or two.")},
    )  # fmt: skip
    whole_page = forms.BooleanField(label=_("The whole page cannot be seen"), required=False)

    def __init__(
        self,
        *args: Any,
        difficulty: Difficulty,
        websites: Any,
        zone: ZoneInfo,
        at: datetime,
        limits: uploads.Limits = uploads.USUAL,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._questions, self._zone = difficulty.questions, zone
        website: Any = self.fields["website"]
        website.queryset, website.empty_label = websites, None if websites.count() == 1 else _("Choose a website")
        self.fields["text"].label, self.fields["text"].help_text = difficulty.text_label, difficulty.asks
        del self.fields["page"]
        for question in difficulty.questions:
            self.fields[question.name] = _field(question, zone, at)
        self.fields["files"] = CheckedFiles(
            label=difficulty.files_label, required=False, any_data=difficulty.any_data, limits=limits
        )  # fmt: skip
        if difficulty.category is not Category.VIEWABILITY:
            del self.fields["whole_page"]
        self.order_fields(["website", "subject", "page", "person"])

    def full_clean(self) -> None:
        """Check everything; a browser forgets chosen files when a form comes back, so that is said."""
        super().full_clean()
        if self.is_bound and self.errors and self.files and "files" not in self.errors:
            names = ", ".join(f"“{each.name}”" for each in self.files.getlist("files"))  # type: ignore[attr-defined]
            self.add_error(
                "files",
                _("Please choose %(names)s again: browsers do not keep files. All else is kept.") % {"names": names},
            )

    @property
    def words(self) -> str:
        """What was written, followed by the answers, each on a line of its own."""
        answers = [(each.word, self._said(each)) for each in self._questions]
        lines = [f"{word}: {said}" for word, said in answers if said]
        return "\n\n".join(filter(None, [self.cleaned_data["text"], "\n".join(lines)]))

    def _said(self, question: Question) -> str:
        answer = self.cleaned_data.get(question.name)
        if not answer:
            return ""
        if question.kind is Kind.WHEN:
            return f"{weekday(answer)}, {answer:%H:%M} ({self._zone.key})"
        return weekday(answer) if question.kind is Kind.DAY else " ".join(str(answer).split())


def _part(file: UploadedFile, limits: uploads.Limits) -> Part:
    """The file with its content; of one that is too large only as much as shows that."""
    return Part(name=file.name or "unnamed", content_type="", content=file.read(limits.bytes + 1))


def _field(question: Question, zone: ZoneInfo, at: datetime) -> forms.Field:
    given: dict[str, Any] = {"label": question.label, "required": question.required, "help_text": question.help}
    given["error_messages"] = {"required": _("%(question)s: we need to know this.") % {"question": question.word}}
    match question.kind:
        case Kind.WHEN:
            given["help_text"] = question.help or _("As your clock shows it (%(zone)s).") % {"zone": zone.key}
            return WhenField(zone=zone, at=at, **given)
        case Kind.DAY:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=[("", "–"), *((each, each) for each in question.choices)], **given)
        case Kind.PAGE:
            return forms.CharField(
                max_length=500, widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}), **given
            )
        case _:
            return forms.CharField(max_length=300, **given)
