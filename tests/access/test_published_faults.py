"""Each class of published fault of helpdesks and portals that Mainstay was designed against, by its name.

Most are proven in depth in their areas; here each has one test that fails when the class comes back.
"""

import io
import re
import tarfile
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from mainstay.access import actions as access
from mainstay.access import queries
from mainstay.access.facts import Permission, Role
from mainstay.access.models import ApiToken, Invitation, Registration, User
from mainstay.clients.models import Contact
from mainstay.common import addresses, keyset, mail, spreadsheets
from mainstay.common.files.names import harmless
from mainstay.common.jobs import run_due
from mainstay.common.mail import OutgoingMail
from mainstay.common.models import FactRecord
from mainstay.desk.models import Ticket
from tests.cast import CANARY, Cast

NEW = "brisk otter lantern"
NO_TOKENS = ["", " ", "\x00", "%00", "%20", "None", "null", "undefined", "0", "x" * 5000]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def world(cast: Cast, now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield cast


def signed_in(person: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    return browser


def invited(cast: Cast, now: Any) -> str:
    access.invite(user=cast.helper, to_what="Harbour Agency", by=cast.administrator, at=now)
    letter = OutgoingMail.objects.get(recipient=cast.helper.email)
    return re.search(r"http://127\.0\.0\.1:8000(/invitations/\S+)", letter.text)[1]


@pytest.mark.parametrize("token", NO_TOKENS)
def test_blank_token(world: Cast, token: str) -> None:
    assert queries.token_for_secret(token, world.agency.created_at) is None
    for route in ("/invitations/{}/", "/registrations/{}/", "/survey/{}/", "/help/{}/", "/beat/{}"):
        assert Client(raise_request_exception=False).get(route.format(token)).status_code in (404, 405), route
    answer = Client().get(
        "/api/v1/clients", headers={"Authorization": f"Bearer {token.encode('ascii', 'ignore').decode()}"}
    )
    assert answer.status_code == 401


def test_token_truncated_or_in_other_case(world: Cast, now: Any) -> None:
    link = invited(world, now)
    key = link.split("/")[2]
    for other in (key[:-1], key.swapcase(), key + "x", key[1:]):
        assert Client().get(link.replace(key, other)).status_code == 404
    secret = world.token(world.administrator)
    for other in (secret[:-1], secret.swapcase(), secret + " x"):
        assert Client().get("/api/v1/clients", headers={"Authorization": f"Bearer {other}"}).status_code == 401


def test_token_kept_readable(world: Cast, now: Any) -> None:
    key = invited(world, now).split("/")[2]
    secret = world.token(world.administrator)
    rows = [*Invitation.objects.values(), *ApiToken.objects.values(), *Registration.objects.values()]
    assert rows and key not in str(rows) and secret not in str(rows)


def test_never_expiring_invitation(world: Cast, now: Any) -> None:
    link = invited(world, now)
    with time_machine.travel(now + timedelta(days=8), tick=False):
        assert Client().get(link).status_code == 404
        assert Client().post(link, {"password1": NEW, "password2": NEW}).status_code == 404


def test_invitation_used_twice(world: Cast, now: Any) -> None:
    link = invited(world, now)
    assert Client().post(link, {"password1": NEW, "password2": NEW}).status_code == 302
    assert Client().post(link, {"password1": NEW + "!", "password2": NEW + "!"}).status_code == 404


def test_sibling_path(world: Cast) -> None:
    """What one address refuses, no other address of the same thing gives: page, file, JSON, API, edit, undo."""
    report, ticket = world.report(world.b), world.ticket(world.b)
    browser, token = signed_in(world.a_administrator), world.token(world.a_administrator)
    a, b = world.a.slug, world.b.slug
    for slug in (a, b):
        for name, number in [
            ("portal-report", report.pk), ("portal-report-pdf", report.pk), ("portal-report-json", report.pk),
            ("portal-ticket", ticket.reference),
            ("portal-person", world.b.contacts.get().pk), ("portal-departure", world.b.contacts.get().pk),
            ("portal-website", world.b.websites.get().pk), ("portal-website-ledger", world.b.websites.get().pk),
        ]:  # fmt: skip
            assert browser.get(reverse(name, args=[slug, number])).status_code == 404, (name, slug)
    for address in (
        f"clients/{b}",
        f"tickets/{ticket.reference}",
        f"reports/{report.pk}/pdf",
    ):
        answer = Client().get(f"/api/v1/{address}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 404, address


def test_child_of_another_parent(world: Cast) -> None:
    """An object of A under B's address, and the other way round, is not found even by those who may see both."""
    browser = signed_in(world.administrator)
    for name, number in [("portal-person", world.a.contacts.first().pk), ("portal-website", world.a.websites.get().pk)]:
        assert browser.get(reverse(name, args=[world.b.slug, number])).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP"])
def test_header_trust_of_addresses(world: Cast, header: str) -> None:
    """Without a trusted proxy nobody chooses the address that limits count and the record keeps."""
    browser = Client(REMOTE_ADDR="192.0.2.7", headers={header: "198.51.100.1"})
    browser.post("/accounts/login/", {"login": world.helper.email, "password": "wrong"})
    fact = FactRecord.objects.select_related("trace").get(kind="access.sign_in_failed")
    assert fact.trace.address == "192.0.2.7"


@pytest.mark.parametrize("header", ["Remote-User", "X-Remote-User", "X-Forwarded-User", "X-User", "X-Original-URL"])
def test_header_trust_of_people(world: Cast, header: str) -> None:
    answer = Client(headers={header: world.administrator.email}).get("/console/")
    assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_host_header_in_links(world: Cast, now: Any, header: str) -> None:
    browser = Client(raise_request_exception=False, headers={header: "evil.example"})
    browser.post("/accounts/password/reset/", {"email": world.helper.email})
    run_due(now, queue="mail")
    assert not [each for each in OutgoingMail.objects.all() if "evil.example" in f"{each.subject} {each.text}"]


@pytest.mark.parametrize(
    "text", ["{{ 7|add:7 }}", "{% debug %}", "${7*7}", "{{request.user.password}}", "{0.__class__}"]
)
def test_template_injection(world: Cast, text: str) -> None:
    Ticket.objects.filter(pk=world.ticket(world.a).pk).update(subject=text)
    shown = signed_in(world.a_viewer).get(f"/portal/{world.a.slug}/tickets/").content.decode()
    assert "14" not in re.findall(r">\s*14\s*<", shown) and "49" not in re.findall(r">\s*49\s*<", shown)
    assert text.replace("{", "").replace("}", "")[:8] in shown.replace("{", "").replace("}", "")


def test_script_in_what_people_write(world: Cast) -> None:
    Ticket.objects.filter(pk=world.ticket(world.a).pk).update(subject="<script>alert(1)</script>")
    shown = signed_in(world.helper).get("/console/desk/").content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown


def test_zip_slip() -> None:
    """Names of files in what others send are names, never ways: nothing leaves its folder."""
    for name in (
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "a/../../b",
        "C:\\x",
        "．．/x",
        "\u202egnp.exe",
    ):
        kept = harmless(name)
        assert "/" not in kept and "\\" not in kept and ".." not in kept and "\u202e" not in kept


def test_archive_with_a_link(tmp_path: Any) -> None:
    """A backup that holds a link or a way out is refused, and nothing is written."""
    from mainstay.config import keeping

    for member, kind in (
        (tarfile.TarInfo("../out"), tarfile.REGTYPE),
        (tarfile.TarInfo("manifest.json"), tarfile.SYMTYPE),
    ):
        path = tmp_path / f"{kind!r}.tar.gz".replace("'", "")
        member.type, member.linkname = kind, "/etc/passwd"
        with tarfile.open(path, "w:gz") as archive:
            archive.addfile(member, io.BytesIO())
        with pytest.raises(keeping.BackupFailed):
            keeping.restore(path, force=True)
    assert not (tmp_path.parent / "out").exists()


def test_archives_that_came_in_are_not_unpacked(world: Cast) -> None:
    from mainstay.desk.letters.parsed import Part

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../bomb", b"0" * 10_000_000)
    part = Part(name="bomb.zip", content_type="application/zip", content=packed.getvalue())
    ticket = world.ticket(world.a, parts=[part])
    (kept,) = [each for message in ticket.messages.all() for each in message.attachments.all()]
    answer = signed_in(world.helper).get(reverse("desk-attachment", args=[kept.pk]))
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


def test_enumeration_of_accounts(world: Cast) -> None:
    """Known and unknown addresses get the same answer, in sign-in, recovery and registration."""
    for address, field in (
        ("/accounts/password/reset/", "email"),
        ("/accounts/signup/", "email"),
        ("/accounts/login/", "login"),
    ):
        said = []
        for email in (world.helper.email, "nobody@example.org"):
            cache.clear()
            answer = Client().post(address, {field: email, "password": "wrong"}, follow=True)
            body = re.sub(r'csrfmiddlewaretoken" value="[^"]+', "", answer.content.decode()).replace(email, "")
            said.append((answer.status_code, answer.redirect_chain, body))
        assert said[0] == said[1], address


def test_enumeration_of_objects(world: Cast) -> None:
    """Another client's object and one that does not exist are answered alike."""
    browser = signed_in(world.a_administrator)
    there = browser.get(reverse("portal-ticket", args=[world.a.slug, world.ticket(world.b).reference]))
    gone = browser.get(reverse("portal-ticket", args=[world.a.slug, "MS-2099-99999"]))
    hide = re.compile(r'csrfmiddlewaretoken" value="[^"]+|MS-\d+-\d+')
    assert there.status_code == gone.status_code == 404
    assert hide.sub("", there.content.decode()) == hide.sub("", gone.content.decode())


def test_guessable_attachment(world: Cast) -> None:
    """A number can be guessed, so it opens nothing: not for strangers, not for others, in no folder of the web."""
    kept = world.attachment(world.b)
    address = reverse("desk-attachment", args=[kept.pk])
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    assert signed_in(world.a_administrator).get(address).status_code == 404
    assert not str(settings.MAINSTAY.data / "files").startswith(str(settings.STATIC_ROOT))


def test_hidden_field(world: Cast) -> None:
    """Fields that a form does not have are not taken: nobody gives themselves a role, a client or an owner."""
    viewer = signed_in(world.a_viewer)
    given = {"name": "Vera", "phone": "", "time_zone": "Europe/London", "language": "", "agency_role": "administrator"}
    viewer.post("/account/", {**given, "is_active": "", "email": "x@evil.example", "is_superuser": "1"})
    world.a_viewer.refresh_from_db()
    assert (world.a_viewer.agency_role, world.a_viewer.is_active) == ("", True)
    assert world.a_viewer.email == "vera.alder@example.org"
    contact = world.a.contacts.get(user=world.a_viewer)
    boss = signed_in(world.a_administrator)
    changed = {"name": contact.name, "phone": "", "audience": contact.audience, "role": Role.VIEWER, "last_day": ""}
    boss.post(
        reverse("portal-person", args=[world.a.slug, contact.pk]),
        {**changed, "client": world.b.pk, "user": world.administrator.pk},
    )
    contact.refresh_from_db()
    assert (contact.client_id, contact.user_id) == (world.a.pk, world.a_viewer.pk)
    boss.post(reverse("portal-person", args=[world.a.slug, contact.pk]), {**changed, "role": Role.ADMINISTRATOR})
    assert Contact.objects.get(pk=contact.pk).role == Role.VIEWER


def test_export_against_list(world: Cast) -> None:
    """What a list hides, no file of it holds: a client's report, record and figures tell nothing of another's."""
    world.ticket(world.b), world.report(world.b)
    browser = signed_in(world.a_administrator)
    for address in (
        "people/record/?form=csv",
        "people/record/?form=jsonl",
        "reports/",
        f"reports/{world.report(world.a).pk}.json",
    ):
        answer = browser.get(f"/portal/{world.a.slug}/{address}")
        assert CANARY not in answer.content.decode(errors="replace"), address
    for name in ("console-fleet-export", "console-record", "console-report-json"):
        route = reverse(name, args=[world.report(world.b).pk] if name.endswith("json") else [])
        assert browser.get(route).status_code == 403, name


def test_draft_against_view(world: Cast) -> None:
    """A draft agreement, a note and an article that is not published are not the client's to read."""
    browser = signed_in(world.a_administrator)
    for name in ("console-agreement-draft", "console-agreement-draft-preview", "console-notes"):
        assert browser.get(reverse(name, args=[world.a.slug])).status_code in (403, 405)
    offer = world.offer(world.b)
    assert browser.get(reverse("portal-agreement-offer", args=[world.a.slug, offer.pk])).status_code == 404


def test_merge_against_open(world: Cast) -> None:
    """Who cannot open a ticket cannot pull it into one of theirs either."""
    mine, other = world.ticket(world.a), world.ticket(world.b)
    answer = signed_in(world.a_administrator).post(
        reverse("console-ticket-merge", args=[mine.reference]), {"into": other.reference, "reference": other.reference}
    )
    assert answer.status_code == 403
    assert CANARY not in answer.content.decode()
    assert not Ticket.objects.filter(pk=mine.pk, merged_into__isnull=False).exists()


def test_resend_against_verify(world: Cast, now: Any) -> None:
    """Asking again mails a new link and verifies nothing; the one before ends, or both are one person's."""
    browser = Client()
    for _ in range(2):
        browser.post("/accounts/signup/", {"email": "nora@elsewhere.example"})
        run_due(now, queue="mail")
    assert not User.objects.filter(email="nora@elsewhere.example").exists()
    assert {each.recipient for each in OutgoingMail.objects.filter(key__startswith="registration:")} == {
        "nora@elsewhere.example"
    }


def test_update_against_delete(world: Cast) -> None:
    """Who may read may neither change nor remove: the auditor is refused by every way."""
    browser = signed_in(world.auditor)
    contact, window = world.a.contacts.get(user=world.a_viewer), world.window(world.a)
    for name, arguments in [
        ("portal-person", [world.a.slug, contact.pk]), ("portal-person-removal", [world.a.slug, contact.pk]),
        ("console-window-cancellation", [window.pk]), ("console-client-edit", [world.a.slug]),
        ("console-ticket-closing", [world.ticket(world.a).reference]),
    ]:  # fmt: skip
        assert browser.post(reverse(name, args=arguments)).status_code == 403, name


def test_change_by_looking(world: Cast, now: Any) -> None:
    """GET changes nothing: scanners of mail open every link."""
    link = invited(world, now)
    before = User.objects.values().get(pk=world.helper.pk)
    for _ in range(2):
        assert Client().get(link).status_code == 200
    assert User.objects.values().get(pk=world.helper.pk) == before
    assert signed_in(world.helper).get("/accounts/logout/").status_code == 200


def test_foreign_site_posts(world: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.administrator)
    answer = browser.post(
        "/console/people/new/", {"name": "X", "email": "x@evil.example"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert not User.objects.filter(email="x@evil.example").exists()


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"]
)
def test_open_redirect(world: Cast, now: Any, to: str) -> None:
    access.set_password(user=world.helper, password=NEW, how="changed", at=now)
    answer = Client().post(f"/accounts/login/?next={to}", {"login": world.helper.email, "password": NEW, "next": to})
    assert answer.status_code == 302 and answer["Location"].startswith("/") and "evil" not in answer["Location"]


def test_session_fixation_and_stale_sessions(world: Cast, now: Any) -> None:
    access.set_password(user=world.helper, password=NEW, how="changed", at=now)
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else-0000000000"
    browser.post("/accounts/login/", {"login": world.helper.email, "password": NEW})
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != "chosen-by-somebody-else-0000000000" and browser.get("/console/").status_code == 200
    access.set_password(user=world.helper, password=NEW + " two", how="changed", at=now)
    assert browser.get("/console/").status_code == 302


def test_stale_permission(world: Cast, now: Any) -> None:
    """A right that was taken is gone with the next request, for the page and for the token."""
    browser, token = signed_in(world.helper), world.token(world.helper)
    assert browser.get("/console/").status_code == 200
    access.suspend(user=world.helper, by=world.administrator, at=now)
    assert browser.get("/console/").status_code == 302
    assert Client().get("/api/v1/clients", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_check_then_act(world: Cast, now: Any) -> None:
    """An invitation that two accept at once is accepted once: the row itself is asked, inside of the change."""
    invited(world, now)
    found = Invitation.objects.get()
    with transaction.atomic():
        access.accept_invitation(invitation=found, password=NEW, at=now)
        with pytest.raises(access.InvitationUsed):
            access.accept_invitation(invitation=found, password=NEW + "!", at=now)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_csv_injection(start: str) -> None:
    written = spreadsheets.written(["name"], [[f"{start}HYPERLINK(1)"]])
    assert spreadsheets.harmless(f"{start}x").startswith("'") and f"\n{start}" not in written.replace("\r\n", "\n")


@pytest.mark.parametrize("to", ["a@example.org\r\nBcc: x@evil.example", "a@example.org\nX: y"])
def test_header_injection_in_mail(world: Cast, now: Any, to: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever: it is not written
        mail.post(mail.Letter(subject=f"Hello {to}", text="x"), to=to, key="k", at=now)
    assert not OutgoingMail.objects.filter(key="k").exists()


@pytest.mark.parametrize("order", ["password", "-password", "user__password", "(select 1)", "1; DROP TABLE x"])
def test_sort_key_from_the_address(world: Cast, order: str) -> None:
    """Sort keys come from lists: what is none orders by the usual one."""
    answer = signed_in(world.helper).get("/console/monitors/all/", {"sort": order, "order": order})
    assert answer.status_code in (200, 404)
    assert "password" not in keyset.page(Ticket.objects.all(), ["-pk"], order, 5).following


@pytest.mark.parametrize("name", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0", "①②⑦.⓪.⓪.①", "127。0。0。1"])
def test_other_spellings_of_loopback(name: str) -> None:
    with pytest.raises(addresses.AddressRefused):
        addresses.check_written(addresses.parse(f"http://{name}/"))


def test_scope_of_a_token(world: Cast) -> None:
    """A token with one right opens nothing else, though its owner may."""
    token = world.token(world.administrator, frozenset({Permission.CLIENT_VIEW}))
    ask = {"Authorization": f"Bearer {token}"}
    reference = world.ticket(world.a).reference
    assert Client().get("/api/v1/clients", headers=ask).status_code == 200
    assert Client().get(f"/api/v1/tickets/{reference}", headers=ask).status_code == 403


def test_first_run_pages_after_the_first_run(world: Cast) -> None:
    """The first administrator is made on the command line; no page does it, before or after."""
    for path in (
        "/setup/",
        "/install/",
        "/init/",
        "/admin/",
        "/first-run/",
        "/onboarding/",
        "/console/setup/",
        "/register/admin/",
    ):
        assert Client(raise_request_exception=False).get(path).status_code in (302, 404)
        assert Client(raise_request_exception=False).post(path).status_code in (302, 404)
    from mainstay.config import beginning

    with pytest.raises(beginning.BeginningRefused):
        beginning.begin(agency="Other", name="Eve", email="eve@evil.example", policy=None)
