"""A person's own copy, erasure, retention and consent."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from mainstay.access import actions, notices, worker
from mainstay.access.keys import digest_of, new_key
from mainstay.access.models import BrowserSession, FactorReset, KnownDevice, Registration, SignInCode, User
from mainstay.clients.models import Contact, ProviderConnection, ProviderLink
from mainstay.common import files, mail, trail
from mainstay.common.facts import FactRecord, Process
from mainstay.common.jobs import run_due
from mainstay.common.models import Consent, OutgoingMail, PersonalCopy, StoredFile, Trace
from mainstay.desk.models import Message, Ticket
from tests.cast import CANARY, Cast

TESTS = Process("tests")
HERE = "198.51.100.7"


def signed_in(person: User) -> Client:
    browser = Client(REMOTE_ADDR=HERE)
    browser.force_login(person)
    return browser


def unpacked(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


def wrote(cast: Cast) -> Message:
    message = cast.ticket(cast.a).messages.first()
    contact = cast.a.contacts.get(user=cast.a_viewer)
    Message.objects.filter(pk=message.pk).update(
        contact=contact, author_name="Vera Alder", author_address=contact.email
    )
    return Message.objects.get(pk=message.pk)


def left(cast: Cast, now: Any) -> User:
    """The viewer, who has left; what was changed before is on record with a trace."""
    contact = cast.a.contacts.get(user=cast.a_viewer)
    with trail.during(trail.Origin("page", address=HERE)):
        actions.change_profile(user=cast.a_viewer, name="Vera Alder-Smith")
        actions.suspend(user=cast.a_viewer, by=cast.administrator, at=now)
    Contact.objects.filter(pk=contact.pk).update(is_active=False)
    User.objects.filter(pk=cast.a_viewer.pk).update(closed_at=now)
    cast.a_viewer.refresh_from_db()
    return cast.a_viewer


def test_the_copy_is_made_by_a_job_and_taken_once(cast: Cast, now: Any) -> None:
    browser, message = signed_in(cast.a_viewer), wrote(cast)
    with time_machine.travel(now, tick=False):
        browser.post("/account/data/copy/")
        assert browser.post("/account/data/taking/").status_code == 302, "it is not made yet"
        run_due(now, queue="bulk")
        assert "Take the copy" in browser.get("/account/data/").content.decode()
        answer = browser.post("/account/data/taking/")
        assert browser.post("/account/data/taking/").status_code == 302
    found = unpacked(answer.content)
    assert found["account"][0]["email"] == cast.a_viewer.email
    assert found["clients"][0]["client__name"] == cast.a.name
    assert [each["ticket__reference"] for each in found["tickets"]] == [message.ticket.reference]
    assert "access.copy_asked" in {each["what"] for each in found["record"]}
    assert CANARY not in json.dumps(found)
    assert not StoredFile.objects.filter(media_type="application/zip").exists()
    kinds = set(FactRecord.objects.values_list("kind", flat=True))
    assert {"access.copy_asked", "access.copy_taken"} <= kinds


def test_nobody_takes_the_copy_of_another(cast: Cast, now: Any) -> None:
    found = actions.ask_copy(user=cast.a_viewer, at=now)
    actions.make_copy(copy_id=found.pk, at=now)
    for other in (cast.a_administrator, cast.administrator):
        assert signed_in(other).post("/account/data/taking/").status_code == 302
    assert actions.take_copy(user=cast.a_viewer, at=now)


def test_one_copy_at_a_time_and_it_runs_out(cast: Cast, now: Any) -> None:
    found = actions.ask_copy(user=cast.a_viewer, at=now)
    with pytest.raises(actions.CopyUnderway):
        actions.ask_copy(user=cast.a_viewer, at=now)
    actions.make_copy(copy_id=found.pk, at=now)
    stored = PersonalCopy.objects.get(pk=found.pk).file
    assert actions.end_old_copies(at=now + timedelta(days=6)) == 0
    assert actions.end_old_copies(at=now + timedelta(days=8)) == 1
    assert actions.take_copy(user=cast.a_viewer, at=now) is None
    assert not StoredFile.objects.filter(pk=stored.pk).exists() and files.path_of(stored)
    assert actions.make_copy(copy_id=found.pk, at=now) is None


def test_erasure_takes_what_is_personal_and_leaves_facts_and_words(cast: Cast, now: Any) -> None:
    message, person = wrote(cast), left(cast, now)
    count, commitments = FactRecord.objects.count(), set(Trace.objects.values_list("commitment", flat=True))
    answer = signed_in(cast.administrator).post(f"/console/people/{person.pk}/erasure/")
    assert answer.status_code == 302
    person.refresh_from_db()
    message.refresh_from_db()
    contact = Contact.objects.get(user=person)
    assert (person.name, person.phone, person.has_usable_password()) == ("Erased person", "", False)
    assert contact.name == message.author_name == "Erased person"
    assert message.author_address == "" and message.text
    assert FactRecord.objects.count() == count + 1
    assert FactRecord.objects.latest("id").kind == "access.person_erased"
    everything = f"{list(Trace.objects.values())} {list(User.objects.values())} {list(Contact.objects.values())}"
    assert "Vera" not in everything and "vera" not in everything
    assert commitments <= set(Trace.objects.values_list("commitment", flat=True))


def test_erasure_leaves_no_browser_letter_or_subject_behind(cast: Cast, now: Any) -> None:
    person = left(cast, now)
    mine = {"user": person, "created_at": now, "expires_at": now + timedelta(minutes=10)}
    KnownDevice.objects.create(user=person, digest="d", agent="vera's browser", first_at=now, last_at=now)
    BrowserSession.objects.create(session_key="k", expire_date=now, user=person, agent="vera's", address=HERE)
    SignInCode.objects.create(question="q", digest="d", **mine)
    FactorReset.objects.create(digest="d", **mine)
    Registration.objects.create(email=person.email, digest="d", created_at=now, expires_at=mine["expires_at"])
    connection = ProviderConnection.objects.create(
        client=cast.a, name="Own", issuer="https://login.example", application="m", created_at=now
    )
    ProviderLink.objects.create(
        client=cast.a, connection=connection, user=person, subject="vera-1", linked_at=now, last_at=now
    )
    notices.post(person, "password", at=now)
    ticket = cast.ticket(cast.a)
    asked = {"requester_name": "Vera Alder", "requester_phone": "1", "requester_address": person.email}
    Ticket.objects.filter(pk=ticket.pk).update(requester=cast.a.contacts.get(user=person), **asked)
    actions.erase_person(user=person, by=cast.administrator, at=now)
    kinds = (KnownDevice, BrowserSession, SignInCode, FactorReset, Registration, ProviderLink, OutgoingMail, Ticket)
    everything = " ".join(str(list(kind.objects.values())) for kind in kinds).lower()
    assert "vera" not in everything and HERE not in everything
    assert Ticket.objects.get(pk=ticket.pk).requester_phone == ""


def test_letters_about_tickets_stay_with_the_client(cast: Cast, now: Any) -> None:
    person = left(cast, now)
    mail.post(mail.Letter(subject="Your ticket", text="Words"), to=person.email, key="t", at=now, client=cast.a)
    actions.erase_person(user=person, by=cast.administrator, at=now)
    assert OutgoingMail.objects.get(key="t").text == "Words"


def test_who_can_sign_in_is_not_erased(cast: Cast, now: Any) -> None:
    with pytest.raises(actions.StillThere):
        actions.erase_person(user=cast.a_viewer, by=cast.administrator, at=now)
    signed_in(cast.administrator).post(f"/console/people/{cast.a_viewer.pk}/erasure/")
    cast.a_viewer.refresh_from_db()
    assert cast.a_viewer.name == "Vera Alder"


def test_retention_is_kept_at_night_and_on_record(cast: Cast, now: Any, settings: Any) -> None:
    person = left(cast, now)
    settings.MAINSTAY = replace(settings.MAINSTAY, trail_days=30, people_days=0)
    recorded_at = Trace.objects.latest("recorded_at").recorded_at
    worker.keep_retention(recorded_at + timedelta(days=29))
    assert Trace.objects.filter(erased_at__isnull=False).count() == 0
    worker.keep_retention(recorded_at + timedelta(days=31))
    assert not Trace.objects.filter(erased_at__isnull=True).exists()
    assert FactRecord.objects.get(kind="access.traces_erased").process == "retention"
    settings.MAINSTAY = replace(settings.MAINSTAY, people_days=90)
    worker.keep_retention(now + timedelta(days=89))
    assert User.objects.get(pk=person.pk).name == "Vera Alder-Smith"
    worker.keep_retention(now + timedelta(days=91))
    worker.keep_retention(now + timedelta(days=92))
    person.refresh_from_db()
    assert person.name == "Erased person"
    assert FactRecord.objects.filter(kind="access.person_erased").count() == 1


def test_nobody_is_erased_who_belongs_somewhere(cast: Cast, now: Any) -> None:
    person = left(cast, now)
    Contact.objects.filter(user=person).update(is_active=True)
    assert actions.erase_left(after_days=1, by=TESTS, at=now + timedelta(days=400)) == 0


def test_what_was_agreed_to_is_kept_as_it_was_read(cast: Cast, now: Any) -> None:
    registration = Registration.objects.create(
        email="nora@elsewhere.example", digest="x" * 64, created_at=now, expires_at=now + timedelta(hours=1)
    )
    user = actions.register(
        registration=registration,
        name="Nora",
        password="brisk otter lantern",
        agreed_to="Wording 7",
        language="de",
        at=now,
    )
    consent = Consent.objects.get(person=user)
    assert (consent.wording, consent.language, consent.given_at, consent.purpose) == (
        "Wording 7",
        "de",
        now,
        "registration",
    )
    assert "Wording 7" in signed_in(user).get("/account/data/").content.decode()


def test_the_page_of_registration_keeps_its_wording(cast: Cast, now: Any) -> None:
    given = new_key()
    Registration.objects.create(
        email="nora@elsewhere.example", digest=digest_of(given), created_at=now, expires_at=now + timedelta(hours=1)
    )
    with time_machine.travel(now, tick=False):
        form = {"name": "Nora", "password1": "brisk otter lantern", "password2": "brisk otter lantern"}
        assert Client().post(f"/registrations/{given}/", form).status_code == 302
    assert "you agree that your name" in Consent.objects.get().wording
