"""Where one is signed in: shown, ended, and ended by a change of how one signs in."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from mainstay.access import actions, sessions
from mainstay.access.devices import in_words
from mainstay.access.models import BrowserSession, KnownDevice, User
from mainstay.common.facts import FactRecord
from mainstay.common.mail import OutgoingMail
from tests.cast import Cast

PASSWORD = "brisk otter lantern"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 Version/18.5 Mobile Safari/604.1"


@pytest.fixture
def helper(cast: Cast) -> User:
    cache.clear()
    cast.helper.set_password(PASSWORD)
    cast.helper.save()
    return cast.helper


def browser(user: User, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    """Somebody's browser, signed in by the form."""
    found = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert found.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return found


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605", "Safari, Mac"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/139 Mobile Safari/537", "Chrome, Android"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_devices_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words


def test_each_device_is_shown_with_address_and_times(helper: User) -> None:
    here, there = browser(helper), browser(helper, IPHONE, "2001:db8::7")
    page = here.get("/account/sessions/").text
    assert page.index("Firefox, Windows") < page.index("this one") < page.index("Safari, iPhone")
    assert "192.0.2.7" in page
    assert "2001:db8::7" in page
    assert here.session.session_key not in page
    assert there.session.session_key not in page


def test_one_is_ended_with_its_next_request(helper: User, now: Any) -> None:
    here, there = browser(helper), browser(helper, IPHONE)
    page = here.get("/account/sessions/")
    number = next(number for _, number, is_here in page.context["sessions"] if not is_here)
    here.post(f"/account/sessions/{number}/end/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert FactRecord.objects.latest("id").kind == "access.sessions_ended"


def test_all_others_are_ended(helper: User) -> None:
    here, others = browser(helper), [browser(helper, IPHONE) for _ in range(3)]
    assert "Signed out elsewhere: 3." in here.post("/account/sessions/end/", follow=True).text
    assert [each.get("/account/").status_code for each in others] == [302, 302, 302]
    assert here.get("/account/").status_code == 200


def test_nobody_ends_what_is_somebody_elses(cast: Cast, helper: User) -> None:
    theirs = browser(helper)
    number = theirs.get("/account/sessions/").context["sessions"][0][1]
    client = Client()
    client.force_login(cast.administrator)
    assert client.post(f"/account/sessions/{number}/end/").status_code == 404
    assert helper.email not in client.get("/account/sessions/").text
    assert theirs.get("/account/").status_code == 200


def test_the_list_costs_as_much_however_long(helper: User, django_assert_max_num_queries: Any) -> None:
    here = browser(helper)
    here.get("/account/sessions/")
    with django_assert_max_num_queries(12) as few:
        here.get("/account/sessions/")
    for _ in range(3):
        browser(helper, IPHONE)
    with django_assert_max_num_queries(12) as many:
        here.get("/account/sessions/")
    assert len(many) == len(few)


def test_last_used_is_noted_every_few_minutes(helper: User, now: Any) -> None:
    with time_machine.travel(now, tick=False) as clock:
        here = browser(helper)
        for minutes, seen in ((4, 0), (2, 6), (1, 6)):
            clock.shift(timedelta(minutes=minutes))
            here.get("/account/")
            row = BrowserSession.objects.get(user=helper)
            assert row.seen_at == now + timedelta(minutes=seen)
        assert row.signed_in_at == now


def test_a_password_that_is_changed_leaves_one_session(helper: User) -> None:
    here, there = browser(helper), browser(helper, IPHONE)
    new = "quiet harbour seventeen"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)
    assert BrowserSession.objects.filter(user=helper).count() == 1
    shown = here.get("/account/sessions/").context["sessions"]
    assert [is_here for _, _, is_here in shown] == [True]


def test_a_password_that_is_recovered_leaves_no_session(helper: User, now: Any) -> None:
    there = browser(helper, IPHONE)
    actions.set_password(user=helper, password="quiet harbour seventeen", how="recovered", at=now)
    assert not BrowserSession.objects.filter(user=helper).exists()
    assert there.get("/account/").status_code == 302


@pytest.mark.parametrize("is_added", [True, False])
def test_a_factor_that_comes_or_goes_ends_the_other_sessions(helper: User, now: Any, is_added: bool) -> None:
    here, there = browser(helper), browser(helper, IPHONE)
    key = here.session.session_key
    actions.note_factor(user=helper, factor="webauthn", is_added=is_added, session=key, at=now)
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)
    assert FactRecord.objects.latest("id").body == {"user_id": helper.pk, "factor": "webauthn"}


def test_the_app_is_removed_and_the_other_sessions_end(helper: User) -> None:
    here, there = browser(helper), browser(helper, IPHONE)
    Authenticator.objects.create(user=helper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    here.post("/accounts/2fa/totp/deactivate/")
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)
    assert OutgoingMail.objects.filter(subject="An authenticator app was removed", recipient=helper.email).exists()


def test_a_new_device_is_told_of_and_a_known_one_is_not(helper: User) -> None:
    first = browser(helper)
    assert not OutgoingMail.objects.exists()
    first.post("/accounts/logout/")
    first.post("/accounts/login/", {"login": helper.email, "password": PASSWORD})
    assert not OutgoingMail.objects.exists()
    browser(helper, IPHONE, "198.51.100.4")
    letter = OutgoingMail.objects.get()
    assert letter.subject == "You signed in with a new device"
    assert "Safari, iPhone · 198.51.100.4" in letter.text
    assert KnownDevice.objects.filter(user=helper).count() == 2
    assert FactRecord.objects.filter(kind="access.device_appeared").count() == 1


def test_what_has_run_out_is_forgotten(helper: User, now: Any) -> None:
    with time_machine.travel(now, tick=False):
        browser(helper)
    assert sessions.people_signed_in(now) == {helper.pk}
    assert actions.forget_sign_ins(at=now) == 0
    assert actions.forget_sign_ins(at=now + timedelta(days=500)) == 2
    assert not BrowserSession.objects.exists()
