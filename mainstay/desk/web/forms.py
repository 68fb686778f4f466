"""What people fill in at the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.access.models import User
from mainstay.clients.models import Contact, Organisation, Website
from mainstay.clients.queries import staff
from mainstay.desk import placeholders
from mainstay.desk.facts import Category
from mainstay.desk.letters.headers import is_address
from mainstay.desk.queries.copying import COPIES_MAX
from mainstay.desk.rules import PRIORITIES
from mainstay.desk.web.asking import TEXT_MAX, CheckedFiles
from mainstay.policy.terms.words import Level

LEVELS = [(level.value, level.value.capitalize()) for level in Level]
CATEGORIES = [(each.value, each.value.replace("_", " ").capitalize()) for each in Category]

CLOSING = [
    ("agreed", "Agreed with the client"),
    ("duplicate", "Same as another ticket"),
    ("spam", "Not a request to us"),
    ("unresolved", "Cannot be resolved"),
]


def _text(label: str, *, rows: int, required: bool = True, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=TEXT_MAX, required=required, **options)


def _files(label: str = _("Files"), *, any_data: bool = False) -> CheckedFiles:
    return CheckedFiles(label=label, required=False, any_data=any_data)


class OnTicket(forms.Form):
    """One of the many forms on a ticket's page: its fields have ids of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


def _minutes() -> forms.IntegerField:
    return forms.IntegerField(label="Minutes worked", required=False, min_value=1, max_value=24 * 60)


class Addresses(forms.CharField):
    """Mail addresses between commas or spaces, as a list."""

    def clean(self, value: Any) -> list[str]:
        found = list(dict.fromkeys(str(super().clean(value)).replace(",", " ").replace(";", " ").lower().split()))
        if len(found) > COPIES_MAX:
            raise forms.ValidationError(f"Copies go to at most {COPIES_MAX} addresses.")
        if wrong := [each for each in found if not is_address(each)]:
            raise forms.ValidationError(f"Not a mail address: {', '.join(wrong)}. Write it as name@example.org.")
        return found


class Reply(OnTicket):
    """An answer to the client, and what becomes of the ticket with it."""

    text = _text("Your answer", rows=6)
    copies = Addresses(
        label="Copies to", required=False, max_length=2_000,
        help_text="Who takes part in this ticket. Each gets a letter of their own; take out who is to get none.",
    )  # fmt: skip
    then = forms.ChoiceField(
        label="Then",
        choices=[
            ("open", "Keep it open"),
            ("wait", "Wait for the client’s answer"),
            ("resolve", "It is resolved"),
        ],
        initial="open",
    )
    minutes = _minutes()
    files = _files(any_data=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        """A variable that nobody filled in is no answer."""
        if problem := placeholders.problem_with(self.cleaned_data["text"]):
            raise forms.ValidationError(problem)
        return self.cleaned_data["text"]


class Note(OnTicket):
    text = _text("Your note", rows=4)
    minutes = _minutes()


class PortalMessage(forms.Form):
    text = _text(_("Your message"), rows=5)
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
    code = forms.ChoiceField(label="Why", choices=CLOSING)


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
    phone = forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    keep = forms.BooleanField(
        label="Keep the caller as a contact of this client",
        required=False,
        help_text="Without an account. Mail from the address is the client’s from then on.",
    )
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
    minutes = _minutes()

    def __init__(self, *args: Any, clients: Any, websites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        self.fields["website"].queryset = websites  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        website, client = found.get("website"), found.get("client")
        if website and client and website.client_id != client.pk:
            self.add_error("website", f"{website} is not a website of {client}.")
        if found.get("keep") and not found.get("address") and "address" not in self.errors:
            self.add_error("address", "A contact is known by an e-mail address. Write it, or take the tick out.")
        return found

    @property
    def contact(self) -> Contact | None:
        """The known person who calls, found by the address given."""
        address = self.cleaned_data["address"].lower()
        return self.cleaned_data["client"].contacts.filter(email=address, is_active=True).first() if address else None
