"""What holds for every model."""

from importlib.util import find_spec
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

CLIENTS_ROWS = ("clients", "idp", "watch", "desk", "promises", "report", "upkeep", "amend", "bridge")
"""Areas whose rows belong to a client unless the list below says why not."""

OF_NO_CLIENT = {
    "clients.Organisation": "it is the client",
    "clients.Roster": "the agency's own duty",
    "clients.Rotation": "of the agency's own duty, as clients.Roster",
    "clients.Shift": "of the agency's own duty, as clients.Roster",
    "clients.Absence": "of the agency's own people",
    "idp.SigningKey": "the installation's own",
    "idp.Visit": "part of its idp.RelyingParty, which names the client",
    "desk.RawBody": "part of its desk.RawMail, which names the client",
    "desk.ReferenceCounter": "numbers of tickets, of all clients together",
    "desk.Acknowledgement": "an address that wrote, before anybody knows whose it is",
    "desk.Mailbox": "the agency's own",
    "desk.MailboxCursor": "how far the agency's mailbox was read",
    "desk.ArticleVersion": "part of its desk.Article, which names the client",
    "desk.EscalationProcedure": "the agency's own document, for all clients",
    "desk.SavedReply": "the agency's own words",
    "desk.MessageText": "part of its desk.Message, which names the client; the table may be virtual",
    "desk.SavedView": "filters of the agency's own lists",
    "desk.TicketBulk": "one change to tickets of many clients; each desk.TicketBulkLine of it names its client",
    "desk.LetterWording": "the agency's own words",
    "watch.Prober": "the agency's own process at a place; it watches for all clients",
    "watch.ProberDoubt": "of the agency's own process at a place, as watch.Prober",
    "watch.Dependency": "the agency's own; websites of many clients stand behind one",
    "watch.DependencyFailure": "of the agency's own, as watch.Dependency; each client's outage names it",
    "watch.Counted": "how far checks were counted, of all clients together",
    "watch.BulkEdit": "one change to monitors of many clients; each watch.BulkLine of it names its client",
    "watch.RemoteProber": "the agency's own process on another machine, as watch.Prober",
    "watch.ResultCursor": "how far results of all clients together were taken in",
    "watch.SetAside": "nobody could read, or may believe, what it says of whom",
    "watch.PastChange": "of a website by its number alone: the database writes it",
    "watch.DayFile": "the checks of all clients at a place; each row of it names its website",
    "watch.CanaryCheck": "what the agency's own process sees of what the agency chose",
}


def own_models() -> list[type[models.Model]]:
    """Every concrete model of the package."""
    return [model for model in apps.get_models() if model.__module__.startswith("mainstay.")]


def label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def field_names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.get_fields()}


def test_every_row_of_a_client_names_the_client():
    rows = [model for model in own_models() if model._meta.app_label in CLIENTS_ROWS]
    without = {label(model) for model in rows if "client" not in field_names(model)}
    assert without == set(OF_NO_CLIENT)


def test_a_client_field_points_to_an_organisation():
    wrong = [
        label(model)
        for model in own_models()
        if "client" in {field.name for field in model._meta.concrete_fields}
        and model._meta.get_field("client").related_model is not apps.get_model("clients.Organisation")
    ]
    assert wrong == []


def test_every_area_with_models_has_migrations():
    labels = {model._meta.app_config.label for model in own_models()}
    without = [label for label in labels if not find_spec(f"mainstay.{label}.migrations.0001_initial")]
    assert without == [], "makemigrations --check says nothing of these"


@pytest.mark.django_db
def test_the_migrations_are_complete():
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said, verbosity=1)
    assert "No changes detected" in said.getvalue()
