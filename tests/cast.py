"""The people and things that tests act with: one agency, two clients, and what each of them owns.

    def test_something(cast, client):
        client.force_login(cast.helper)
        client.get(f"/console/clients/{cast.a.slug}/")

`cast.a` and `cast.b` are clients under agreements since 2025; what is B's holds `CANARY` in its texts, which no answer
to A's people may hold. Other things are made when a test asks for them: `cast.website(cast.a)`, `cast.contact(cast.a)`.

The permission matrix (`tests/walk/permissions.toml`) fills each argument of an address with `OBJECTS[argument](cast)`:
an object of client A. An area that brings a new argument (`outage_id`) adds a line there, with a function that makes
the object.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from mainstay.access import actions as access
from mainstay.access.facts import Permission, Role
from mainstay.access.models import ApiToken, User
from mainstay.access.rules import scopes_for
from mainstay.clients import actions as clients
from mainstay.clients.facts import Part
from mainstay.clients.models import (
    Agreement,
    AgreementOffer,
    Contact,
    MaintenanceWindow,
    Organisation,
    ServiceReview,
    Website,
    WindowSeries,
)
from mainstay.clients.rules.recurrence import parsed
from mainstay.common.facts import Process
from mainstay.desk import actions as desk
from mainstay.desk.letters.parsed import Part as FilePart
from mainstay.desk.models import Attachment, RawMail, Ticket
from mainstay.report import actions as reports
from mainstay.report.models import Report
from mainstay.watch import actions as watch
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Exclusion
from tests.clients.duty import absence_of, roster_of_agency, shift_of
from tests.clients.identity import key_of
from tests.clients.people import access_request_of, administrator_grant_of, departed, domain_of, role_grant_of
from tests.desk.boxes import delivery_of, held_message_of, laid_out, mail_address_of, mailbox_of
from tests.desk.words import article_of, changed_together, help_page_of, import_of, saved_of, survey_token, view_of
from tests.idp.parties import own_party_of, party_of
from tests.promises.reminding import note_of, reminder_of
from tests.replay import Replay
from tests.upkeep.sources import source_of
from tests.watch.alerts import alert_rule, console_channel
from tests.watch.world import (
    MINUTE,
    START,
    attributed,
    beat_token,
    dependency_of,
    ended_outage,
    failed,
    heartbeat_of,
    monitor_of,
    open_outage,
    paused_together,
)

CANARY = "canary-of-b"
"""Stands in every text of client B."""

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
"""When the cast came on stage."""

STARTS_ON = date(2025, 2, 1)
TESTS = Process("tests")


@dataclass
class Cast:
    """Who is there. Everybody may sign in; nobody has a password: tests use `client.force_login`."""

    agency: Organisation
    a: Organisation
    b: Organisation
    administrator: User
    account_manager: User
    deputy: User
    helper: User
    auditor: User
    a_administrator: User
    a_requester: User
    a_viewer: User
    b_administrator: User
    _made: dict[str, int] = field(default_factory=dict)

    def person(self, role: str) -> User | None:
        """The person called `role` in the permission matrix; None for `anonymous`."""
        return None if role == "anonymous" else getattr(self, role)

    def website(self, client: Organisation, name: str = "", url: str = "") -> Website:
        """A further website of `client`."""
        word = self._word(client, "site")
        return clients.create_website(
            client=client, name=name or f"Site {word}", url=url or f"https://{word}.example.org/", by=TESTS, at=SINCE
        )

    def contact(self, client: Organisation, role: Role = Role.REQUESTER, **fields: Any) -> Contact:
        """A further person of `client`, who cannot sign in."""
        word = self._word(client, "contact")
        given = {"name": f"Contact {word}", "email": f"{word}@example.org", **fields}
        return clients.add_contact(client=client, role=role, by=TESTS, at=SINCE, **given)

    def series(self, client: Organisation) -> WindowSeries:
        """Work on all websites of `client` every Tuesday from 03:00 to 06:00, planned when the cast came."""
        return clients.plan_series(
            client=client,
            recurrence=parsed("FREQ=WEEKLY;BYDAY=TU"),
            starts_on=STARTS_ON,
            from_time=time(3),
            until_time=time(6),
            time_zone=client.time_zone,
            reason="Updates",
            down_minutes=0,
            by=TESTS,
            at=SINCE,
        )

    def window(self, client: Organisation, starts_at: datetime | None = None) -> MaintenanceWindow:
        """Two hours of planned work on all websites of `client`, in the far future unless said otherwise."""
        start = starts_at or datetime(2099, 6, 1, 2, tzinfo=UTC)
        reason = f"Upgrade {self._word(client, 'work')}"
        return clients.add_window(
            client=client, starts_at=start, ends_at=start + timedelta(hours=2), reason=reason, by=TESTS, at=SINCE
        )

    def signed_otherwise(self, client: Organisation, **fields: Any) -> Agreement:
        """The only version of `client` as if it had been signed with `fields`: what is signed is never changed."""
        row = Agreement.objects.values().get(client=client)
        Agreement.objects.filter(client=client).delete()
        return Agreement.objects.create(**{**row, **fields})

    def exclusion(self, client: Organisation) -> Exclusion:
        """An outage of a further website, put down to the client's change; the client is asked not to be charged."""
        self.signed_otherwise(client, terms={"downtime": {"excluded": ["client"]}})
        outage = ended_outage(self.website(client))
        attributed(outage, Attributed.CLIENT_CHANGE, self.account_manager)
        reason = f"Your own plugin broke it ({self._word(client, 'plugin')})."
        return watch.ask_exclusion(outage=outage, reason=reason, by=self.account_manager, at=START + 40 * MINUTE)

    def offer(self, client: Organisation) -> AgreementOffer:
        """An amendment of `client`'s agreement that waits to be signed: 20 hours of downtime, from a far day."""
        at = datetime(2026, 1, 5, 9, tzinfo=UTC)
        draft = clients.begin_draft(client=client, by=self.account_manager, at=at)
        terms = {**draft.terms, "downtime": {**draft.terms["downtime"], "hours_a_year": 20}}
        note = f"Fewer hours, as agreed ({self._word(client, 'call')})."
        given = {"terms": terms, "effective_from": date(2099, 1, 1), "note": note}
        draft = clients.edit_draft(draft=draft, **given, by=self.account_manager, at=at)
        return clients.send_draft(draft=draft, by=self.account_manager, at=at)

    def review(self, client: Organisation, due_on: date = date(2026, 5, 1)) -> ServiceReview:
        """A service review of `client` that is due on a day."""
        return ServiceReview.objects.get_or_create(client=client, due_on=due_on)[0]

    def ticket(self, client: Organisation, **fields: Any) -> Ticket:
        """A ticket that the first contact of `client` opened in the portal."""
        word, contact = self._word(client, "ticket"), client.contacts.order_by("pk").first()
        given = {"channel": "portal", "audience": "website_user", "requester": contact, "by": TESTS, "at": SINCE}
        return desk.open_ticket(client=client, subject=f"Broken {word}", text=f"All of {word}.", **{**given, **fields})

    def parked_mail(self, client: Organisation) -> RawMail:
        """A mail about a ticket of `client` that was set aside, since a machine wrote it."""
        ticket = self.ticket(client)
        raw = f"From: {ticket.answer_address}\r\nPrecedence: bulk\r\nSubject: {ticket.reference}\r\n\r\nx".encode()
        mail = desk.receive(raw=raw, mail_from=ticket.answer_address, rcpt_to=["support@localhost"], at=SINCE)
        return desk.take_in(raw=mail, at=SINCE)

    def attachment(self, client: Organisation) -> Attachment:
        """A file that came with a ticket of `client`."""
        part = FilePart(name="file.txt", content_type="text/plain", content=self._word(client, "file").encode())
        return Attachment.objects.get(message__ticket=self.ticket(client, parts=[part]))

    def picture(self, client: Organisation) -> Attachment:
        """A picture that came with a ticket of `client`."""
        part = FilePart(name="page.png", content_type="image/png", content=b"\x89PNG\r\n\x1a\n000")
        return Attachment.objects.get(message__ticket=self.ticket(client, parts=[part]))

    def report(self, client: Organisation) -> Report:
        """The issued service report of `client` for its first month."""
        found = Report.objects.filter(client=client, month="2025-02").first()
        return found or reports.issue(client=client, month="2025-02", by=TESTS, at=datetime(2025, 3, 4, 9, tzinfo=UTC))

    def token(self, user: User, scopes: frozenset[Permission] | None = None) -> str:
        """The secret of an API token of `user`, with every scope the person may give unless said otherwise."""
        return self.token_row(user, scopes)[1]

    def token_row(self, user: User, scopes: frozenset[Permission] | None = None) -> tuple[ApiToken, str]:
        roles = [user.agency_role] if user.agency_role else list(user.contacts.values_list("role", flat=True))
        allowed = scopes_for(roles)
        return access.create_token(
            user=user,
            name="Test",
            scopes=allowed if scopes is None else scopes,
            allowed=allowed,
            expires_at=datetime(2999, 1, 1, tzinfo=UTC),
            by=user,
            at=SINCE,
        )

    def _word(self, client: Organisation, noun: str) -> str:
        """A word that no other thing of the test has; B's hold the canary."""
        number = self._made[noun] = self._made.get(noun, 0) + 1
        return f"{noun}-{number}-{CANARY if client.pk == self.b.pk else client.slug}"


OBJECTS: dict[str, Callable[[Cast], Any]] = {
    "slug": lambda cast: cast.a.slug,
    "website_id": lambda cast: cast.a.websites.get().pk,
    "bulk_id": lambda cast: paused_together(cast.a.websites.get(), cast.administrator).pk,
    "contact_id": lambda cast: cast.a.contacts.get(user=cast.a_viewer).pk,
    "window_id": lambda cast: cast.window(cast.a).pk,
    "series_id": lambda cast: cast.series(cast.a).pk,
    "offer_id": lambda cast: cast.offer(cast.a).pk,
    "exclusion_id": lambda cast: cast.exclusion(cast.a).pk,
    "review_id": lambda cast: cast.review(cast.a).pk,
    "note_id": lambda cast: note_of(cast.a, cast.helper).pk,
    "reminder_id": lambda cast: reminder_of(cast.a).pk,
    "request_id": lambda cast: access_request_of(cast.a).pk,
    "own_request_id": lambda cast: access_request_of(cast.b, cast.a_viewer).pk,
    "request_of_nobody_id": lambda cast: access_request_of(None).pk,
    "departed_id": lambda cast: departed(cast.helper, cast.administrator).pk,
    "grant_id": lambda cast: role_grant_of(cast.helper).pk,
    "administrator_grant_id": lambda cast: administrator_grant_of(cast.a, cast.deputy).pk,
    "domain_id": lambda cast: domain_of(cast.a).pk,
    "party_id": lambda cast: party_of(cast.a, cast.administrator).pk,
    "visited_party_id": lambda cast: own_party_of(cast.a, cast.administrator, cast.a_administrator).pk,
    "directory_key_id": lambda cast: key_of(cast.a, cast.a_administrator)[0].pk,
    "user_id": lambda cast: cast.helper.pk,
    "reference": lambda cast: cast.ticket(cast.a).reference,
    "raw_id": lambda cast: cast.parked_mail(cast.a).pk,
    "delivery_id": lambda cast: delivery_of(cast.ticket(cast.a), cast.helper).pk,
    "message_id": lambda cast: held_message_of(cast.ticket(cast.a)).pk,
    "mailbox_id": lambda cast: mailbox_of(cast.administrator).pk,
    "address_id": lambda cast: mail_address_of(cast.a, cast.administrator).pk,
    "picture_id": lambda cast: cast.picture(cast.a).pk,
    "laid_out_id": lambda cast: laid_out(cast.ticket(cast.a)).pk,
    "attachment_id": lambda cast: cast.attachment(cast.a).pk,
    "article_id": lambda cast: article_of(cast.a, cast.helper).pk,
    "saved_id": lambda cast: saved_of(cast.helper).pk,
    "view_id": lambda cast: view_of(cast.helper).pk,
    "change_id": lambda cast: changed_together(cast.ticket(cast.a), cast.helper).pk,
    "help_page_id": lambda cast: help_page_of(cast.a, cast.helper).pk,
    "help_token": lambda cast: help_page_of(cast.a, cast.helper).token,
    "public_article_id": lambda cast: article_of(cast.a, cast.helper, is_public=True).pk,
    "recomputation_id": lambda cast: desk.ask_recomputation(client=cast.a, by=cast.administrator, at=SINCE).pk,
    "import_id": lambda cast: import_of(cast.a, cast.administrator).pk,
    "survey_token": lambda cast: survey_token(cast.ticket(cast.a)),
    "report_id": lambda cast: cast.report(cast.a).pk,
    "outage_id": lambda cast: open_outage(cast.website(cast.a)).pk,
    "monitor_id": lambda cast: monitor_of(cast.website(cast.a)).pk,
    "dependency_id": lambda cast: dependency_of().pk,
    "failure_id": lambda cast: failed(dependency_of()).pk,
    "token": lambda cast: beat_token(heartbeat_of(cast.website(cast.a))),
    "heartbeat_id": lambda cast: heartbeat_of(cast.website(cast.a)).pk,
    "source_id": lambda cast: source_of(cast.website(cast.a))[0].pk,
    "source_token": lambda cast: source_of(cast.website(cast.a))[1],
    "roster_id": lambda cast: roster_of_agency().pk,
    "shift_id": lambda cast: shift_of(cast.helper).pk,
    "absence_id": lambda cast: absence_of(cast.administrator).pk,
    "rule_id": lambda cast: alert_rule(cast.a).pk,
    "channel_id": lambda cast: console_channel().pk,
    "token_id": lambda cast: cast.token_row(cast.administrator)[0].pk,
}
"""For each argument of an address: an object of client A (or of nobody's), as it is written in the address."""


@pytest.fixture
def cast(db: None) -> Cast:
    """A new stage for each test."""
    return make_cast()


def make() -> Cast:
    """The cast, by the actions that make such people and things."""
    agency = clients.create_agency(name="Harbour Agency", starts_on=STARTS_ON, by=TESTS, at=SINCE)
    a = clients.create_client(name="Alder Books", slug="alder", starts_on=STARTS_ON, by=TESTS, at=SINCE)
    b = clients.create_client(name=f"Birch {CANARY}", slug=f"birch-{CANARY}", starts_on=STARTS_ON, by=TESTS, at=SINCE)
    stage = Cast(
        agency=agency,
        a=a,
        b=b,
        administrator=_staff("Ada Admin", Role.ADMINISTRATOR),
        account_manager=_staff("Max Manager", Role.ACCOUNT_MANAGER),
        deputy=_staff("Dora Deputy", Role.ACCOUNT_MANAGER),
        helper=_staff("Hal Helper", Role.HELPER),
        auditor=_staff("Otto Auditor", Role.AUDITOR),
        a_administrator=_person(a, "Anna Alder", Role.CLIENT_ADMINISTRATOR),
        a_requester=_person(a, "Rita Alder", Role.REQUESTER),
        a_viewer=_person(a, "Vera Alder", Role.VIEWER),
        b_administrator=_person(b, f"Bert {CANARY}", Role.CLIENT_ADMINISTRATOR),
    )
    for client in (a, b):
        _name(client, stage.account_manager, Part.MANAGER)
        _name(client, stage.deputy, Part.DEPUTY)
        stage.website(client)
    return stage


make_cast = Replay(make)


def _staff(name: str, role: Role) -> User:
    return access.create_user(email=_address(name), name=name, agency_role=role, by=TESTS, at=SINCE)


def _person(client: Organisation, name: str, role: Role) -> User:
    user = access.create_user(email=_address(name), name=name, by=TESTS, at=SINCE)
    clients.add_contact(client=client, name=name, email=user.email, role=role, user=user, by=TESTS, at=SINCE)
    return user


def _name(client: Organisation, user: User, part: Part) -> None:
    clients.name_account_manager(client=client, user=user, part=part, by=TESTS, at=SINCE)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"
