"""What a client signed, and which version holds when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from mainstay.clients import actions, queries
from mainstay.clients.models import Agreement
from mainstay.common.facts import FactRecord
from mainstay.policy.terms import TermsWrong, default


def sign(cast, at, client=None, **given):
    return actions.sign_agreement(client=client or cast.a, by=cast.account_manager, at=at, **given)


def test_a_client_begins_with_the_default_terms(cast, now) -> None:
    assert queries.terms_for(cast.a, now) == default()
    assert cast.a.agreements.get().version == 1


def test_the_version_in_force_is_the_one_of_the_instant(cast, now) -> None:
    sign(cast, now, effective_from=date(2026, 4, 1), terms={"downtime": {"hours_a_year": 20}})
    last_moment = datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC)
    first_moment = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)  # midnight in London, in summer time
    assert queries.terms_for(cast.a, last_moment).downtime.hours_a_year == 40
    assert queries.terms_for(cast.a, first_moment).downtime.hours_a_year == 20
    assert queries.coming_agreement(cast.a, last_moment).version == 2
    assert queries.coming_agreement(cast.a, first_moment) is None


def test_nothing_is_in_force_before_the_contract(cast) -> None:
    before = datetime(2025, 1, 31, 23, 59, tzinfo=UTC)
    assert queries.agreement_for(cast.a, before) is None
    assert queries.terms_for(cast.a, before) == default()
    with pytest.raises(queries.NoAgreement, match="Alder Books"):
        queries.contract_year(cast.a, before)


def test_versions_at_hand_give_the_same_answer_as_the_database(cast, now) -> None:
    sign(cast, now, effective_from=date(2026, 4, 1))
    for at in (datetime(2025, 1, 1, tzinfo=UTC), now, now + timedelta(days=60)):
        assert queries.in_force(cast.a.agreements.all(), at) == queries.agreement_for(cast.a, at)


def test_a_later_version_must_take_effect_later(cast, now) -> None:
    with pytest.raises(actions.AgreementRefused, match="1 February 2025"):
        sign(cast, now, effective_from=date(2025, 2, 1))


def test_the_anniversary_does_not_move(cast, now) -> None:
    with pytest.raises(actions.AgreementRefused, match="anniversary"):
        sign(cast, now, effective_from=date(2026, 4, 1), starts_on=date(2025, 3, 1))


def test_terms_do_not_begin_before_the_contract(cast, now) -> None:
    client = actions.create_client(name="Cedar", by=cast.administrator, at=now)
    with pytest.raises(actions.AgreementRefused, match="before the contract begins"):
        sign(cast, now, client=client, effective_from=date(2026, 1, 1), starts_on=date(2026, 2, 1))


def test_a_wrong_term_is_refused_by_its_key(cast, now) -> None:
    with pytest.raises(TermsWrong, match=r"^downtime\.hours_a_year: "):
        sign(cast, now, effective_from=date(2026, 4, 1), terms={"downtime": {"hours_a_year": "many"}})
    with pytest.raises(TermsWrong, match=r"^downtime\.hours_a_yaer: "):
        sign(cast, now, effective_from=date(2026, 4, 1), terms={"downtime": {"hours_a_yaer": 20}})
    assert cast.a.agreements.count() == 1


def test_holidays_are_written_out_for_years(cast, now) -> None:
    agreement = queries.agreement_for(cast.a, now)
    assert {"2025-12-25", "2026-04-06", "2026-12-28", "2035-12-25"} <= set(agreement.holidays)
    assert agreement.holidays == sorted(set(agreement.holidays))
    assert "2026-07-14" not in agreement.holidays
    assert agreement.tzdata_version[:2] == "20"


def test_the_terms_name_the_calendar_of_holidays(cast, now) -> None:
    french = sign(cast, now, effective_from=date(2026, 4, 1), terms={"support": {"holidays": "FR"}})
    assert "2026-07-14" in french.holidays
    with pytest.raises(actions.AgreementRefused, match=r"support\.holidays"):
        sign(cast, now, effective_from=date(2026, 5, 1), terms={"support": {"holidays": "XX-NOWHERE"}})


def test_office_is_closed_on_a_holiday(cast, now) -> None:
    hours = queries.office_hours(cast.a, now)
    assert hours.is_open(now)
    assert not hours.is_open(datetime(2026, 4, 6, 10, tzinfo=UTC))  # Easter Monday


def test_the_contract_year_goes_from_anniversary_to_anniversary(cast, now) -> None:
    start, end = queries.contract_year(cast.a, now)
    assert (start, end) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))


def test_a_contract_that_begins_within_a_year_has_a_part_of_one(cast, now) -> None:
    client = actions.create_client(name="Cedar", by=cast.administrator, at=now)
    sign(cast, now, client=client, effective_from=date(2025, 10, 1), anniversary=(4, 1))
    start, end = queries.contract_year(client, now)
    assert (start.date(), end.date()) == (date(2025, 10, 1), date(2026, 4, 1))
    whole = queries.full_contract_year(client, now)
    assert (whole.start.date(), whole.end.date()) == (date(2025, 4, 1), date(2026, 4, 1))


def test_a_version_keeps_the_anniversary_of_the_one_before(cast, now) -> None:
    client = actions.create_client(name="Cedar", by=cast.administrator, at=now)
    sign(cast, now, client=client, effective_from=date(2025, 10, 1), anniversary=(4, 1))
    assert sign(cast, now, client=client, effective_from=date(2026, 1, 1)).month_and_day == (4, 1)


def test_what_differs_from_the_default_can_be_typed_again(cast, now) -> None:
    given = {"downtime": {"hours_a_year": 20}, "support": {"exceptions": {"2026-12-24": [["09:00", "13:00"]]}}}
    agreement = sign(cast, now, effective_from=date(2026, 4, 1), terms=given)
    assert queries.overrides_as_toml(agreement).splitlines() == [
        'support.exceptions.2026-12-24 = [["09:00", "13:00"]]',
        "downtime.hours_a_year = 20",
    ]
    differing = {path for path, _, differs in queries.terms_listed(agreement) if differs}
    assert "downtime.hours_a_year" in differing
    assert "checking.every" not in differing


def test_signing_is_recorded(cast, now) -> None:
    agreement = sign(cast, now, effective_from=date(2026, 4, 1))
    fact = FactRecord.objects.filter(kind="clients.agreement_signed", client=cast.a).latest("id")
    assert fact.by == cast.account_manager
    assert fact.body == {
        "client_id": cast.a.pk,
        "agreement_id": agreement.pk,
        "version": 2,
        "effective_from": "2026-04-01",
        "how": "paper",
        "text_sha256": agreement.text_sha256,
        "offer_id": None,
    }


@pytest.mark.parametrize(
    "change", [{"version": 1}, {"effective_from": date(2025, 2, 1)}, {"effective_from": date(2025, 1, 31)}]
)
def test_the_database_refuses_contradictions(cast, now, change) -> None:
    row = Agreement.objects.values().get(client=cast.a)
    row |= {"id": None, "version": 2, "effective_from": date(2026, 1, 1), **change}
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(**row)


def test_a_first_agreement_is_in_the_zone_of_its_client(cast, now) -> None:
    begins = date(2026, 3, 1)
    own = actions.create_client(
        name="Kauri", time_zone="Pacific/Auckland", starts_on=begins, by=cast.administrator, at=now
    )
    other = {"support": {"time_zone": "Europe/Prague"}}
    agreed = actions.create_client(
        name="Lime", time_zone="Pacific/Auckland", starts_on=begins, terms=other, by=cast.administrator, at=now
    )

    assert own.agreements.get().time_zone == "Pacific/Auckland"
    assert own.agreements.get().effective_at == datetime(2026, 2, 28, 11, tzinfo=UTC)
    assert agreed.agreements.get().time_zone == "Europe/Prague"
