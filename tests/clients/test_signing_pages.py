"""Drafting in the console, signing in the portal, and the policy that everybody may read."""

from dataclasses import replace
from typing import Any

import pytest

from mainstay.clients.models import AgreementOffer
from mainstay.clients.web.term_forms import name_of
from mainstay.policy.document import digest
from mainstay.policy.terms import default, guide

pytestmark = pytest.mark.django_db
CONSOLE = "/console/clients/alder/agreement"
PORTAL = "/portal/alder/agreements"


def typed(**changed: Any) -> dict[str, Any]:
    """A draft's form as a browser sends it, with some terms typed otherwise."""
    usual = default().as_dict()
    found = {name_of(term): term.typed(guide.at(usual, term.path)) for group in guide.groups() for term in group.terms}
    return {"effective_from": "2099-01-01", "note": "", **found, **changed}


@pytest.fixture
def draft(client, cast):
    client.force_login(cast.account_manager)
    client.post(f"{CONSOLE}/draft/begin/")
    return cast.a.drafts.get()


def test_every_term_has_a_field_with_its_explanation(client, cast, draft) -> None:
    content = client.get(f"{CONSOLE}/draft/").content.decode()
    for group in guide.groups():
        assert group.title in content
        for term in group.terms:
            assert f'name="{name_of(term)}"' in content
            assert term.about, f"{term.path} is not explained in default_terms.toml"


def test_a_draft_is_kept_and_previewed_with_its_terms_filled_in(client, cast, draft) -> None:
    answer = client.post(f"{CONSOLE}/draft/", typed(downtime__hours_a_year="12"), follow=True)
    content = answer.content.decode()
    assert "at most 12 h of downtime in a contract year" in content
    assert "<strong>12</strong>" in content
    draft.refresh_from_db()
    assert draft.terms["downtime"]["hours_a_year"] == 12
    assert cast.a.agreements.get().terms["downtime"]["hours_a_year"] == 40


def test_what_differs_from_usual_and_from_force_is_shown(client, cast, draft) -> None:
    client.post(f"{CONSOLE}/draft/", typed(checking__every="30 s"))
    content = client.get(f"{CONSOLE}/draft/").content.decode()
    assert "In force: 1 min" in content
    assert "Usual: 1 min" in content
    assert content.count("In force: ") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"downtime__hours_a_year": "9000"}, "less than or equal to 8784"),
        ({"checking__every": "soon"}, "is no duration"),
        ({"checking__timeout": "2 h"}, "at most the time between checks"),
        ({"support__week__mon": "9 to 5"}, "is no window"),
        ({"support__holidays": "XX-NOWHERE"}, "no calendar is called XX-NOWHERE"),
        ({"escalation__steps": "percent 90; tells nobody"}, "is not one of"),
        ({"effective_from": "2020-01-01"}, "before the contract begins"),
    ],
)
def test_a_wrong_term_is_refused_at_its_field(client, cast, draft, change, said) -> None:
    answer = client.post(f"{CONSOLE}/draft/", typed(**change))
    assert answer.status_code == 422
    name = next(iter(change))
    assert any(said in each for each in answer.context["form"].errors[name])
    draft.refresh_from_db()
    assert draft.edited_at == draft.made_at


def test_sending_needs_a_day_that_has_not_begun(client, cast, draft) -> None:
    client.post(f"{CONSOLE}/draft/", typed(effective_from="2025-06-01"))
    answer = client.post(f"{CONSOLE}/draft/sending/")
    assert answer.status_code == 422
    assert "has begun" in answer.content.decode()
    assert not AgreementOffer.objects.exists()


def test_an_administrator_reads_what_changes_and_signs(client, cast) -> None:
    offer = cast.offer(cast.a)
    client.force_login(cast.a_administrator)
    assert f"Version {offer.version} waits for a signature" in client.get(f"{PORTAL}/").content.decode()
    content = client.get(offer.portal_url).content.decode()
    assert "What changes on 1 January 2099" in content
    assert offer.text_sha256 in content
    signed = {"text_sha256": offer.text_sha256, "name": "Anna Alder", "confirmed": "on"}
    answer = client.post(f"{offer.portal_url}signature/", signed, follow=True)
    assert "Signed. Version 2 holds from 1 January 2099." in answer.content.decode()
    assert cast.a.agreements.get(version=2).signer_name == "Anna Alder"


@pytest.mark.parametrize("given", [{"name": "", "confirmed": "on"}, {"name": "Anna"}])
def test_a_signature_needs_a_name_and_a_confirmation(client, cast, given) -> None:
    offer = cast.offer(cast.a)
    client.force_login(cast.a_administrator)
    answer = client.post(f"{offer.portal_url}signature/", {"text_sha256": offer.text_sha256, **given})
    assert answer.status_code == 422
    assert cast.a.agreements.count() == 1


def test_a_page_that_is_out_of_date_does_not_sign(client, cast) -> None:
    offer = cast.offer(cast.a)
    client.force_login(cast.account_manager)
    client.post(f"{CONSOLE}/draft/", typed(downtime__hours_a_year="1"))
    client.force_login(cast.a_administrator)
    signed = {"text_sha256": offer.text_sha256, "name": "Anna Alder", "confirmed": "on"}
    answer = client.post(f"{offer.portal_url}signature/", signed)
    assert answer.status_code == 422
    assert "recalled or changed" in answer.content.decode()
    assert cast.a.agreements.count() == 1


def test_a_viewer_reads_and_has_nothing_to_sign_with(client, cast) -> None:
    offer = cast.offer(cast.a)
    client.force_login(cast.a_viewer)
    content = client.get(offer.portal_url).content.decode()
    assert "An administrator of Alder Books can sign" in content
    assert "signature/" not in content
    assert client.post(f"{offer.portal_url}signature/").status_code == 403


def test_a_refusal_is_shown_to_both_sides(client, cast) -> None:
    offer = cast.offer(cast.a)
    client.force_login(cast.a_administrator)
    client.post(f"{offer.portal_url}refusal/", {"reason": "Twenty is too few."})
    assert "Twenty is too few." in client.get(offer.portal_url).content.decode()
    client.force_login(cast.account_manager)
    assert "Twenty is too few." in client.get(f"{CONSOLE}/draft/preview/").content.decode()


def test_another_clients_offer_is_not_found_under_ones_own_address(client, cast) -> None:
    offer = cast.offer(cast.b)
    client.force_login(cast.a_administrator)
    assert client.get(f"{PORTAL}/offers/{offer.pk}/").status_code == 404
    assert client.post(f"{PORTAL}/offers/{offer.pk}/signature/").status_code == 404
    assert client.get(offer.portal_url).status_code == 404
    assert client.get(f"{PORTAL}/7/").status_code == 404


def test_the_text_is_downloaded_as_it_was_signed(client, cast) -> None:
    agreement = cast.a.agreements.get()
    client.force_login(cast.a_viewer)
    content = client.get(f"{PORTAL}/1.txt").content
    assert digest(content.decode()) == agreement.text_sha256
    printed = client.get(f"{PORTAL}/1.pdf")
    assert printed.content.startswith(b"%PDF-")
    assert printed.content == client.get(f"{PORTAL}/1.pdf").content
    client.force_login(cast.auditor)
    assert client.get(f"{CONSOLE}/versions/1.pdf").content == printed.content


def test_a_version_from_before_texts_were_kept_can_be_read(client, cast) -> None:
    cast.signed_otherwise(cast.b, text="", text_sha256="")
    client.force_login(cast.b_administrator)
    content = client.get(f"/portal/{cast.b.slug}/agreements/1/").content.decode()
    assert "recorded before texts were kept" in content
    assert "at most 40 h of downtime" in content


def test_everybody_may_read_the_policy(client, cast) -> None:
    content = client.get("/policy/").content.decode()
    assert "Harbour Agency" in content
    assert "at most 40 h of downtime in a contract year" in content
    assert client.get("/policy.pdf").content.startswith(b"%PDF-")


def test_a_setting_switches_the_public_policy_off(client, cast, settings) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, public_policy=False)
    assert client.get("/policy/").status_code == 404
    assert client.get("/policy.pdf").status_code == 404
