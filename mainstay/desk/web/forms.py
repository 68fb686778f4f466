"""What people fill in at the desk."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from mainstay.access.models import User
from mainstay.clients.models import Contact, Organisation, Website
from mainstay.clients.queries import staff
from mainstay.desk.facts import Category
from mainstay.desk.letters.parsed import Part
from mainstay.desk.rules import PRIORITIES
from mainstay.desk.web.difficulties import Difficulty
from mainstay.policy.terms.words import Level

FILES_MAX = 5
FILE_BYTES_MAX = 10 * 1024 * 1024
TEXT_MAX = 20_000

LEVELS = [(level.value, level.value.capitalize()) for level in Level]
CATEGORIES = [(each.value, each.value.replace("_", " ").capitalize()) for each in Category]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, bounded in number and size, as parts of a message."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Part]:
        given = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if len(given) > FILES_MAX:
            raise forms.ValidationError(f"Attach at most {FILES_MAX} files.")
        return [self._part(super(FilesField, self).clean(each, initial)) for each in given]

    def _part(self, file: UploadedFile) -> Part:
        if (file.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(f"{file.name} is larger than 10 MB. Make it smaller, or send us a link to it.")
        return Part(name=file.name or "unnamed", content_type="", content=file.read())


def _text(label: str, *, rows: int, required: bool = True, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=TEXT_MAX, required=required, **options)


def _files(label: str = "Files") -> FilesField:
    return FilesField(label=label, required=False, help_text="Up to 5 files of at most 10 MB each.")


class Reply(forms.Form):
    """An answer to the client, and what becomes of the ticket with it."""

    text = _text("Your answer", rows=6)
    then = forms.ChoiceField(
        label="Then",
        choices=[
            ("open", "Keep it open"),
            ("wait", "Wait for the client’s answer"),
            ("resolve", "It is resolved"),
        ],
        initial="open",
    )
    files = _files()


class Note(forms.Form):
    text = _text("Your note", rows=4)


class PortalMessage(forms.Form):
    text = _text("Your message", rows=5)
    files = _files()


class Assignment(forms.Form):
    assignee = forms.ModelChoiceField(
        label="Assigned to", queryset=User.objects.none(), required=False, empty_label="Nobody"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = staff()  # type: ignore[attr-defined]


class Priority(forms.Form):
    impact = forms.ChoiceField(label="Impact", choices=LEVELS)
    urgency = forms.ChoiceField(label="Urgency", choices=LEVELS)
    override = forms.TypedChoiceField(
        label="Priority",
        choices=[("", "As impact and urgency give"), *((each, f"Priority {each}") for each in PRIORITIES)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    reason = forms.CharField(label="Reason, when it differs", max_length=250, required=False)


class Closing(forms.Form):
    code = forms.ChoiceField(
        label="Why",
        choices=[
            ("agreed", "Agreed with the client"),
            ("duplicate", "Same as another ticket"),
            ("spam", "Not a request to us"),
            ("unresolved", "Cannot be resolved"),
        ],
    )


class ClientChoice(forms.Form):
    client = forms.ModelChoiceField(label="Client", queryset=Organisation.objects.none(), empty_label="Choose a client")

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]


class PhoneCall(forms.Form):
    """A call that a member of staff takes."""

    client = forms.ModelChoiceField(label="Client", queryset=Organisation.objects.none(), empty_label="Choose a client")
    caller = forms.CharField(label="Who is calling", max_length=200)
    address = forms.EmailField(label="E-mail address", required=False, help_text="For the confirmation and answers.")
    website = forms.ModelChoiceField(
        label="Website", queryset=Website.objects.none(), required=False, empty_label="None in particular"
    )
    audience = forms.ChoiceField(
        label="The caller is",
        choices=[("website_user", "A website user"), ("system_administrator", "A system administrator")],
    )
    category = forms.ChoiceField(label="It is about", choices=CATEGORIES, initial=Category.OTHER)
    impact = forms.ChoiceField(label="Impact", choices=LEVELS, initial=Level.MEDIUM)
    urgency = forms.ChoiceField(label="Urgency", choices=LEVELS, initial=Level.MEDIUM)
    subject = forms.CharField(label="In one line", max_length=250)
    text = _text("What the caller says", rows=5)
    answer = _text(
        "What you told the caller", rows=3, required=False,
        help_text="Counts as the first response. Leave it empty when somebody has to call back.",
    )  # fmt: skip

    def __init__(self, *args: Any, clients: Any, websites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        self.fields["website"].queryset = websites  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        website, client = found.get("website"), found.get("client")
        if website and client and website.client_id != client.pk:
            self.add_error("website", f"{website} is not a website of {client}.")
        return found

    @property
    def contact(self) -> Contact | None:
        """The known person who calls, found by the address given."""
        address = self.cleaned_data["address"].lower()
        return self.cleaned_data["client"].contacts.filter(email=address, is_active=True).first() if address else None


class NewTicket(forms.Form):
    """What somebody at a client tells us about a difficulty: only what a helper will need."""

    website = forms.ModelChoiceField(label="Which website", queryset=Website.objects.none())
    subject = forms.CharField(label="In one line", max_length=200)
    page = forms.CharField(label="Address of the page", max_length=500, required=False)
    text = _text("What happened", rows=6)
    whole_page = forms.BooleanField(label="The whole page cannot be seen", required=False)
    files = _files("Screenshots or files")

    def __init__(self, *args: Any, difficulty: Difficulty, websites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["website"]
        field.queryset = websites
        field.empty_label = None if websites.count() == 1 else "Choose a website"
        self.fields["text"].help_text = difficulty.asks
        self.fields["page"].label = difficulty.page_label
        if difficulty.category is not Category.VIEWABILITY:
            del self.fields["whole_page"]

    @property
    def words(self) -> str:
        """What was written, with the address of the page where one was given."""
        page = self.cleaned_data["page"].strip()
        return f"{self.cleaned_data['text']}\n\nPage: {page}" if page else self.cleaned_data["text"]
