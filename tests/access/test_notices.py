"""Each change of how somebody signs in is told by mail, in the person's language, with when, from what and where."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from mainstay.access import actions, notices
from mainstay.access.models import FactorReset, User
from mainstay.access.notices import KINDS, Seen
from mainstay.access.web.adapter import NOTICES
from mainstay.common.facts import FactRecord, Process
from mainstay.common.mail import OutgoingMail
from tests.cast import Cast

PASSWORD = "brisk otter lantern"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def helper(cast: Cast) -> User:
    cache.clear()
    cast.helper.set_password(PASSWORD)
    cast.helper.save()
    return cast.helper


def link_of(user: User) -> str:
    text = OutgoingMail.objects.filter(recipient=user.email, key__startswith="factor-reset:").latest("id").text
    return next(word for word in text.split() if "/factor-resets/" in word).removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(("language", "greeting"), [("", "Hello"), ("de", "Guten Tag")])
def test_every_notice_says_what_when_and_what_to_do(
    cast: Cast, now: Any, kind: str, language: str, greeting: str
) -> None:
    cast.helper.language = language
    letter = notices.notice(cast.helper, kind, seen=Seen(FIREFOX, "192.0.2.7"), at=now)
    assert letter.text.startswith(greeting)
    assert "10:30 (Europe/London) · Firefox, Windows · 192.0.2.7" in letter.text
    assert "http://127.0.0.1:8000/accounts/password/reset/" in letter.text
    assert letter.subject
    assert "%(" not in letter.text


def test_every_mail_of_the_library_has_a_notice_of_ours() -> None:
    assert set(NOTICES.values()) <= set(KINDS)


def test_a_token_is_told_of_when_it_comes_and_when_it_goes(cast: Cast, now: Any) -> None:
    token, _ = cast.token_row(cast.helper)
    actions.revoke_token(token=token, by=cast.helper, at=now)
    actions.revoke_token(token=token, by=cast.helper, at=now)
    said = OutgoingMail.objects.order_by("id").values_list("subject", flat=True)
    assert list(said) == ["A token was made", "A token was revoked"]


def test_a_recovery_code_that_opens_the_account_is_told_of(helper: User, client: Client) -> None:
    Authenticator.objects.create(user=helper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    code = RecoveryCodes.activate(helper).get_unused_codes()[0]
    client.post("/accounts/login/", {"login": helper.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.session["_auth_user_id"] == str(helper.pk)
    assert FactRecord.objects.get(kind="access.recovery_code_used").body["left"] == 9
    assert OutgoingMail.objects.filter(subject="A recovery code was used").count() == 1


def test_secrets_of_second_factors_are_sealed(helper: User) -> None:
    codes = RecoveryCodes.activate(helper)
    assert codes.instance.data["seed"].startswith("sealed:1:")
    assert len(set(codes.get_unused_codes())) == 10


def test_an_administrator_starts_and_the_person_finishes(cast: Cast, helper: User, client: Client, now: Any) -> None:
    Authenticator.objects.create(user=helper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    elsewhere = Client()
    elsewhere.force_login(helper)
    client.force_login(cast.administrator)
    page = client.get(f"/console/people/{helper.pk}/").text
    assert "Lost the device" in page
    answer = client.post(f"/console/people/{helper.pk}/factor-reset/", follow=True)
    assert "was mailed a link" in answer.text
    link = link_of(helper)
    assert link not in answer.text
    assert Authenticator.objects.filter(user=helper).exists(), "nothing is taken away before the link is used"
    person = Client()
    assert helper.email in person.get(link).text
    assert Authenticator.objects.filter(user=helper).exists(), "looking changes nothing"
    assert "not your password" in person.post(link, {"password": "not mine at all"}).text
    assert "opens nothing any more" in person.post(link, {"password": PASSWORD}).text
    assert not Authenticator.objects.filter(user=helper).exists()
    assert elsewhere.get("/account/").status_code == 302
    assert person.get(link).status_code == 404
    kinds = list(FactRecord.objects.filter(kind__startswith="access.factor").values_list("kind", flat=True))
    assert kinds == ["access.factor_reset_started", "access.factor_reset_done"]
    assert OutgoingMail.objects.filter(recipient=helper.email, subject="Your second factor was reset").count() == 1


@pytest.mark.parametrize("key", ["nonsense", "", "\x00", "x" * 500])
def test_no_other_key_opens_anything(cast: Cast, client: Client, key: str) -> None:
    assert client.get(f"/factor-resets/{key}/").status_code == 404


def test_the_link_works_for_an_hour_and_a_new_one_ends_it(helper: User, now: Any) -> None:
    Authenticator.objects.create(user=helper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    with time_machine.travel(now, tick=False) as clock:
        actions.start_factor_reset(user=helper, by=Process("tests"), at=now)
        first = link_of(helper)
        assert Client().get(first).status_code == 200
        actions.start_factor_reset(user=helper, by=Process("tests"), at=now)
        assert Client().get(first).status_code == 404
        clock.shift(timedelta(minutes=61))
        assert Client().get(link_of(helper)).status_code == 404
    assert FactorReset.objects.count() == 2


def test_there_is_nothing_to_reset_for_whoever_has_nothing(cast: Cast, now: Any) -> None:
    with pytest.raises(actions.NoFactor):
        actions.start_factor_reset(user=cast.helper, by=cast.administrator, at=now)


def test_a_clients_administrator_starts_none_for_staff(cast: Cast, client: Client, now: Any) -> None:
    Authenticator.objects.create(user=cast.helper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    contact = cast.contact(cast.a, user=cast.helper)
    client.force_login(cast.a_administrator)
    answer = client.post(f"/portal/alder/people/{contact.pk}/factor-reset/", follow=True)
    assert "has no second factor" in answer.text
    assert not FactorReset.objects.exists()
