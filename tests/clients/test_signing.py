"""A draft is sent, and the client signs, refuses or finds it recalled."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mainstay.clients import actions, queries
from mainstay.clients.models import Agreement, AgreementOffer
from mainstay.common.facts import FactRecord
from mainstay.common.mail import OutgoingMail
from mainstay.policy.document import digest
from mainstay.policy.terms import TermsWrong, as_dict, load
from tests.clients.people import TESTS

LATER = date(2026, 9, 1)


def drafted(cast, now, hours=20, client=None, **given):
    draft = actions.begin_draft(client=client or cast.a, by=cast.account_manager, at=now)
    terms = as_dict(load({**draft.terms, "downtime": {**draft.terms["downtime"], "hours_a_year": hours}}))
    fields = {"effective_from": LATER, "by": cast.account_manager, "at": now, **given}
    return actions.edit_draft(draft=draft, terms=terms, **fields)


def sent(cast, now, **given) -> AgreementOffer:
    return actions.send_draft(draft=drafted(cast, now, **given), by=cast.account_manager, at=now)


def sign(cast, offer, at, **given):
    fields = {"text_sha256": offer.text_sha256, "name": "Anna Alder", "by": cast.a_administrator, "at": at, **given}
    return actions.sign_offer(offer=offer, **fields)


def kinds(client) -> list[str]:
    return list(FactRecord.objects.filter(client=client).order_by("id").values_list("kind", flat=True))


def test_what_is_signed_is_what_was_sent_to_the_letter(cast, now) -> None:
    offer = sent(cast, now)
    agreement = sign(cast, offer, now + timedelta(hours=1), name="  Anna   Alder ")
    assert (agreement.version, agreement.how, agreement.signer_name) == (2, "portal", "Anna Alder")
    assert (agreement.signer_role, agreement.signed_by) == ("client_administrator", cast.a_administrator)
    assert agreement.text == offer.text
    assert agreement.text_sha256 == digest(offer.text)
    assert "at most 20 h of downtime in a contract year" in agreement.text
    assert agreement.terms["downtime"]["hours_a_year"] == 20
    offer.refresh_from_db()
    assert (offer.end, offer.ended_by, offer.draft.closed_at) == ("signed", cast.a_administrator, agreement.signed_at)


def test_nothing_promised_before_moves(cast, now) -> None:
    before = Agreement.objects.values().get(client=cast.a)
    sign(cast, sent(cast, now), now)
    assert Agreement.objects.values().get(client=cast.a, version=1) == before
    day_before = datetime(2026, 8, 31, 22, 59, 59, tzinfo=UTC)
    assert queries.terms_for(cast.a, day_before).downtime.hours_a_year == 40
    assert queries.terms_for(cast.a, day_before + timedelta(seconds=1)).downtime.hours_a_year == 20


def test_each_step_is_a_fact_without_names_or_addresses(cast, now) -> None:
    agreement = sign(cast, sent(cast, now), now)
    steps = [each for each in kinds(cast.a) if "agreement" in each]
    assert steps[-4:] == [
        "clients.agreement_draft_edited",
        "clients.agreement_draft_edited",
        "clients.agreement_sent",
        "clients.agreement_signed",
    ]
    body = FactRecord.objects.filter(kind="clients.agreement_signed", client=cast.a).latest("id").body
    assert (body["how"], body["offer_id"], body["text_sha256"]) == ("portal", agreement.offer_id, agreement.text_sha256)
    assert "Anna" not in str(body)


def test_the_clients_administrators_are_written_to_and_nobody_else(cast, now) -> None:
    offer = sent(cast, now)
    letters = OutgoingMail.objects.filter(key__startswith=f"agreement-offer:{offer.pk}:sent:")
    assert [each.recipient for each in letters] == [cast.a_administrator.email]
    assert offer.portal_url in letters[0].text


def test_both_sides_hear_of_a_signature(cast, now) -> None:
    offer = sent(cast, now)
    sign(cast, offer, now)
    told = OutgoingMail.objects.filter(key__startswith=f"agreement-offer:{offer.pk}:signed:")
    assert {each.recipient for each in told} == {cast.a_administrator.email, cast.account_manager.email}


def test_a_changed_draft_can_no_longer_be_signed(cast, now) -> None:
    offer = sent(cast, now)
    drafted(cast, now + timedelta(minutes=1), hours=10)
    with pytest.raises(actions.OfferOver, match="recalled or changed"):
        sign(cast, offer, now + timedelta(minutes=2))
    told = OutgoingMail.objects.get(key__startswith=f"agreement-offer:{offer.pk}:recalled:")
    assert told.recipient == cast.a_administrator.email
    assert cast.a.agreements.count() == 1


def test_saving_a_draft_unchanged_leaves_what_was_sent(cast, now) -> None:
    offer = sent(cast, now)
    drafted(cast, now + timedelta(minutes=1))
    offer.refresh_from_db()
    assert offer.is_open


def test_only_the_text_that_was_read_is_signed(cast, now) -> None:
    first = sent(cast, now)
    read = first.text_sha256
    drafted(cast, now, hours=10)
    second = actions.send_draft(draft=first.draft, by=cast.account_manager, at=now)
    with pytest.raises(actions.OfferOver, match="not what was sent last"):
        sign(cast, second, now, text_sha256=read)
    assert sign(cast, second, now).terms["downtime"]["hours_a_year"] == 10


def test_a_recalled_version_cannot_be_signed_and_the_draft_goes_on(cast, now) -> None:
    offer = actions.recall_offer(offer=sent(cast, now), by=cast.account_manager, at=now)
    with pytest.raises(actions.OfferOver):
        sign(cast, offer, now)
    again = actions.send_draft(draft=offer.draft, by=cast.account_manager, at=now + timedelta(hours=1))
    assert sign(cast, again, now + timedelta(hours=2)).version == 2


def test_a_refusal_needs_a_reason_and_reaches_the_account_manager(cast, now) -> None:
    offer = sent(cast, now)
    with pytest.raises(actions.SignerUnnamed):
        actions.refuse_offer(offer=offer, reason="  ", by=cast.a_administrator, at=now)
    refused = actions.refuse_offer(offer=offer, reason="20 hours is not what we said.", by=cast.a_administrator, at=now)
    assert (refused.end, refused.reason) == ("refused", "20 hours is not what we said.")
    told = OutgoingMail.objects.get(key__startswith=f"agreement-offer:{offer.pk}:refused:")
    assert told.recipient == cast.account_manager.email
    assert "20 hours is not what we said." in told.text
    with pytest.raises(actions.OfferOver):
        sign(cast, offer, now)


def test_signing_twice_is_refused(cast, now) -> None:
    offer = sent(cast, now)
    sign(cast, offer, now)
    with pytest.raises(actions.OfferOver, match="signed already"):
        sign(cast, offer, now)
    assert cast.a.agreements.count() == 2


def test_a_name_must_be_typed(cast, now) -> None:
    with pytest.raises(actions.SignerUnnamed):
        sign(cast, sent(cast, now), now, name="   ")


def test_an_amendment_cannot_begin_on_a_day_that_has_begun(cast, now) -> None:
    with pytest.raises(actions.AgreementRefused, match="has begun"):
        sent(cast, now, effective_from=now.date())
    offer = sent(cast, now)
    with pytest.raises(actions.AgreementRefused, match="has begun"):
        sign(cast, offer, datetime(2026, 9, 1, 12, tzinfo=UTC))


def test_a_version_signed_on_paper_meanwhile_comes_first(cast, now) -> None:
    offer = sent(cast, now)
    actions.sign_agreement(client=cast.a, effective_from=date(2026, 8, 1), by=cast.account_manager, at=now)
    with pytest.raises(actions.AgreementRefused, match="Another version"):
        sign(cast, offer, now)


def test_a_first_agreement_may_begin_in_the_past(cast, now) -> None:
    client = actions.create_client(name="Cedar", by=cast.administrator, at=now)
    actions.add_contact(
        client=client, name="Cora", email="cora@example.org", role="client_administrator",
        user=cast.b_administrator, by=TESTS, at=now,
    )  # fmt: skip
    offer = sent(cast, now, client=client, starts_on=date(2026, 1, 1), effective_from=date(2026, 1, 1))
    agreement = sign(cast, offer, now, by=cast.b_administrator, name="Cora")
    assert (agreement.version, agreement.starts_on) == (1, date(2026, 1, 1))


def test_somebody_must_be_able_to_sign(cast, now) -> None:
    client = actions.create_client(name="Cedar", by=cast.administrator, at=now)
    with pytest.raises(actions.NobodyToSign):
        sent(cast, now, client=client, starts_on=LATER)


def test_one_draft_is_open_at_a_time(cast, now) -> None:
    first = actions.begin_draft(client=cast.a, by=cast.account_manager, at=now)
    assert actions.begin_draft(client=cast.a, by=cast.deputy, at=now) == first
    actions.drop_draft(draft=first, by=cast.account_manager, at=now)
    with pytest.raises(actions.DraftClosed):
        actions.send_draft(draft=first, by=cast.account_manager, at=now)
    assert actions.begin_draft(client=cast.a, by=cast.account_manager, at=now) != first


def test_dropping_a_draft_recalls_what_was_sent(cast, now) -> None:
    offer = sent(cast, now)
    actions.drop_draft(draft=offer.draft, by=cast.account_manager, at=now)
    with pytest.raises(actions.OfferOver):
        sign(cast, offer, now)


def test_a_draft_refuses_wrong_terms(cast, now) -> None:
    draft = actions.begin_draft(client=cast.a, by=cast.account_manager, at=now)
    with pytest.raises(TermsWrong, match=r"^checking\.timeout"):
        actions.edit_draft(
            draft=draft, terms={"checking": {"timeout": "2 h"}}, effective_from=LATER, by=cast.account_manager, at=now
        )


def test_what_was_signed_on_paper_says_so_and_keeps_its_text(cast) -> None:
    agreement = cast.a.agreements.get()
    assert (agreement.how, agreement.signer_name, agreement.offer_id) == ("paper", "", None)
    assert agreement.text.startswith(
        "# Website support and maintenance policy\nAgreed between Harbour Agency and Alder"
    )
    assert agreement.text_sha256 == digest(agreement.text)


def test_the_database_refuses_to_change_what_was_signed(cast, now) -> None:
    offer = sent(cast, now)
    agreement = sign(cast, offer, now)
    table = Agreement._meta.db_table
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(effective_from=date(2026, 10, 1))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET text = 'x' WHERE id = %s", [agreement.pk])
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        AgreementOffer.objects.filter(pk=offer.pk).update(text="other")


@pytest.mark.parametrize("change", [{"end": "refused"}, {"end": "recalled"}, {"reason": "no"}])
def test_the_database_refuses_half_an_end(cast, now, change) -> None:
    offer = sent(cast, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementOffer.objects.filter(pk=offer.pk).update(**change)
