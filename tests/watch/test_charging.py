"""What outages are put down to, what of them is left out of the charge, and what persons put right."""

from datetime import timedelta

import pytest

from mainstay.clients.models import Website
from mainstay.common.models import FactRecord, OutgoingMail
from mainstay.policy.terms import Cause, default
from mainstay.watch import actions, queries
from mainstay.watch.actions.rejudging import SETTLED_AFTER
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Attribution, Correction, Exclusion, Outage
from mainstay.watch.rules.charging import chargeable
from tests.cast import Cast
from tests.watch.world import (
    MINUTE,
    OK,
    REFUSED,
    START,
    attributed,
    check,
    ended_outage,
    minutes,
    monitor_of,
    open_outage,
    take,
)

pytestmark = pytest.mark.django_db
LATER = START + 30 * MINUTE
EVEN_LATER = START + 60 * MINUTE


SHOWN = {"unknown_excess": "shown"}
"""Nobody watched before the tests did: that time is not to be charged."""


@pytest.fixture
def website(cast: Cast) -> Website:
    if not cast.a.agreements.get().terms.get("downtime", {}).get("excluded"):
        cast.signed_otherwise(cast.a, terms={"downtime": SHOWN})
    return cast.a.websites.get()


@pytest.fixture
def excluding(cast: Cast) -> Cast:
    """A's agreement excludes the client's own changes, with their consent."""
    cast.signed_otherwise(cast.a, terms={"downtime": {**SHOWN, "excluded": ["client", "planned"]}})
    return cast


def charged_s(website: Website) -> int:
    return queries.budget(website, EVEN_LATER).charged_s


def excluded_s(website: Website) -> int:
    return queries.budget(website, EVEN_LATER).excluded_s


def asked(cast: Cast, outage: Outage, **more: object) -> Exclusion:
    return actions.ask_exclusion(outage=outage, reason="Your plugin.", by=cast.account_manager, at=LATER, **more)


class TestRule:
    def test_the_default_agreement_excludes_nothing(self) -> None:
        found = [chargeable(to, default().downtime) for to in (None, *Attributed)]
        assert {each.cause for each in found} == {None}
        assert {each.sentence for each in found} == {
            "The agreement excludes no cause: the downtime is charged, whatever made it."
        }

    @pytest.mark.parametrize(
        ("to", "cause"),
        [
            (Attributed.CLIENT_CHANGE, Cause.CLIENT),
            (Attributed.CLIENT_NETWORK, Cause.CLIENT_NETWORK),
            (Attributed.THIRD_PARTY, Cause.THIRD_PARTY),
            (Attributed.HOSTING, None),
            (Attributed.OUR_CHANGE, None),
            (Attributed.ATTACK, None),
            (Attributed.PLANNED, None),
        ],
    )
    def test_only_what_is_agreed_is_excluded(self, to: Attributed, cause: Cause | None) -> None:
        from dataclasses import replace

        everything = replace(default().downtime, excluded=tuple(Cause))
        assert chargeable(to, everything).cause is cause
        others = replace(everything, excluded=tuple(each for each in Cause if each is not cause))
        assert chargeable(to, others).cause is None


class TestAttribution:
    def test_a_later_decision_replaces_an_earlier_one_which_stays(self, cast: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.HOSTING, cast.helper)
        attributed(outage, Attributed.THIRD_PARTY, cast.administrator, LATER + MINUTE)

        rows = Attribution.objects.order_by("pk").values_list("to", "replaced_at", "decided_by__name")
        assert list(rows) == [("hosting", LATER + MINUTE, "Hal Helper"), ("third_party", None, "Ada Admin")]
        body = FactRecord.objects.filter(kind="watch.outage_attributed").order_by("pk").last().body
        assert (body["was"], body["to"]) == ("hosting", "third_party")

    def test_it_charges_nothing_less(self, cast: Cast, website: Website) -> None:
        outage = ended_outage(website)
        before = charged_s(website)
        attributed(outage, Attributed.CLIENT_CHANGE, cast.administrator)
        assert charged_s(website) == before == 300

    def test_it_needs_a_reason(self, cast: Cast, website: Website) -> None:
        with pytest.raises(actions.AttributionRefused, match="Say why"):
            actions.attribute(
                outage=ended_outage(website), to=Attributed.ATTACK, reason=" ", by=cast.administrator, at=LATER
            )
        assert not Attribution.objects.exists()

    def test_it_stays_while_an_exclusion_rests_on_it(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        asked(excluding, outage)
        with pytest.raises(actions.AttributionRefused, match="withdraw or revoke"):
            attributed(outage, Attributed.HOSTING, excluding.administrator)


class TestExclusion:
    def test_it_is_charged_until_the_client_consents(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        found = asked(excluding, outage)
        assert (found.is_waiting, charged_s(website), excluded_s(website)) == (True, 300, 0)

        actions.grant_exclusion(exclusion=found, by=excluding.a_administrator, at=EVEN_LATER)
        budget = queries.budget(website, EVEN_LATER)
        assert (budget.charged_s, budget.excluded_s, budget.lower_s, budget.upper_s) == (0, 300, 0, 0)

    def test_refused_it_stays_charged(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        found = asked(excluding, outage)
        with pytest.raises(actions.ExclusionRefused, match="Say why not"):
            actions.refuse_exclusion(exclusion=found, reason=" ", by=excluding.a_administrator, at=LATER)
        actions.refuse_exclusion(exclusion=found, reason="It was yours.", by=excluding.a_administrator, at=LATER)
        assert charged_s(website) == 300
        with pytest.raises(actions.ExclusionRefused, match="refused meanwhile"):
            actions.grant_exclusion(exclusion=found, by=excluding.a_administrator, at=LATER)
        assert charged_s(website) == 300

    def test_what_was_granted_can_be_charged_after_all(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        found = asked(excluding, outage)
        actions.grant_exclusion(exclusion=found, by=excluding.a_administrator, at=LATER)
        actions.take_exclusion_back(exclusion=found, reason="Ours.", by=excluding.administrator, at=EVEN_LATER)
        found.refresh_from_db()
        assert (found.end, found.granted_by, charged_s(website)) == ("revoked", excluding.a_administrator, 300)

    def test_a_part_of_an_outage(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        found = asked(excluding, outage, starts_at=outage.started_at + MINUTE, ends_at=outage.started_at + 3 * MINUTE)
        actions.grant_exclusion(exclusion=found, by=excluding.a_administrator, at=LATER)
        assert (charged_s(website), excluded_s(website)) == (180, 120)

    def test_without_consent_where_none_is_agreed(self, cast: Cast, website: Website) -> None:
        terms = {"downtime": {**SHOWN, "excluded": ["third_party"], "exclusion_needs_consent": False}}
        cast.signed_otherwise(cast.a, terms=terms)
        outage = ended_outage(website)
        attributed(outage, Attributed.THIRD_PARTY, cast.administrator)
        found = asked(cast, outage)
        assert (found.is_granted, found.granted_by, charged_s(website)) == (True, None, 0)

    def test_both_sides_are_told(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        before = OutgoingMail.objects.count()
        found = asked(excluding, outage)
        letter = OutgoingMail.objects.order_by("pk")[before]
        assert letter.recipient == excluding.a_administrator.email
        assert "5 min of downtime" in letter.text
        assert f"/portal/alder/exclusions/{found.pk}/" in letter.text
        actions.refuse_exclusion(exclusion=found, reason="It was yours.", by=excluding.a_administrator, at=LATER)
        answer = OutgoingMail.objects.order_by("pk").last()
        assert answer.recipient == excluding.account_manager.email
        assert "It was yours." in answer.text

    @pytest.mark.parametrize("to", [Attributed.HOSTING, Attributed.THIRD_PARTY, Attributed.PLANNED, None])
    def test_what_is_not_agreed_cannot_be_asked(self, excluding: Cast, website: Website, to: Attributed | None) -> None:
        outage = ended_outage(website)
        if to is not None:
            attributed(outage, to, excluding.administrator)
        with pytest.raises(actions.ExclusionRefused):
            asked(excluding, outage)
        assert not Exclusion.objects.exists()

    def test_what_goes_on_cannot_be_asked(self, excluding: Cast, website: Website) -> None:
        outage = open_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        with pytest.raises(actions.ExclusionRefused, match="goes on"):
            asked(excluding, outage)

    def test_no_stretch_outside_the_outage(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        for low, high in ((-1, 2), (2, 6), (3, 3), (4, 2)):
            edges = {"starts_at": outage.started_at + low * MINUTE, "ends_at": outage.started_at + high * MINUTE}
            with pytest.raises(actions.ExclusionRefused, match="inside the outage"):
                asked(excluding, outage, **edges)

    def test_one_at_a_time(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        asked(excluding, outage)
        with pytest.raises(actions.ExclusionRefused, match="waits or counts already"):
            asked(excluding, outage)

    def test_it_is_another_websites_business_no_more_than_another_clients(
        self, excluding: Cast, website: Website
    ) -> None:
        other = excluding.website(excluding.a)
        outage = ended_outage(website)
        take(minutes(monitor_of(other), [OK, REFUSED, REFUSED, REFUSED, OK, OK]))
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        actions.grant_exclusion(exclusion=asked(excluding, outage), by=excluding.a_administrator, at=LATER)
        assert (charged_s(website), charged_s(other)) == (0, 180)


class TestPuttingRight:
    def test_taken_back_it_is_charged_no_more_and_stays_to_be_seen(self, cast: Cast, website: Website) -> None:
        outage = ended_outage(website)
        entry = actions.take_outage_back(
            outage=outage, reason="The monitor asked for the wrong page.", by=cast.administrator, at=LATER
        )
        outage.refresh_from_db()
        assert (outage.void_reason, charged_s(website)) == ("none", 0)
        assert (entry.old, entry.new, entry.made_by) == (outage, None, cast.administrator)
        assert FactRecord.objects.get(kind="watch.outage_voided").by == cast.administrator

    def test_other_edges_stand_in_its_place(self, cast: Cast, website: Website) -> None:
        outage = ended_outage(website)
        began = outage.started_at - 10 * MINUTE
        entry = actions.move_outage(
            outage=outage,
            started_at=began,
            ended_at=outage.ended_at,
            reason="The web server's log.",
            by=cast.administrator,
            at=LATER,
        )
        assert entry.new is not None
        assert (entry.new.first_id, entry.new.source, entry.new.started_after) == (outage.pk, "person", None)
        budget = queries.budget(website, EVEN_LATER)
        assert (budget.charged_s, budget.lower_s) == (900, 840)
        assert budget.lower_s <= budget.charged_s <= budget.upper_s

    def test_what_no_check_saw_is_charged_even_where_nobody_watched(self, cast: Cast, website: Website) -> None:
        monitor_of(website)
        before = queries.budget(website, EVEN_LATER)
        start = START - timedelta(days=3)
        actions.state_outage(
            website=website,
            started_at=start,
            ended_at=start + timedelta(hours=2),
            reason="The client called.",
            by=cast.administrator,
            at=LATER,
        )
        ledger = queries.ledger(website, start, start + timedelta(hours=2), EVEN_LATER)
        assert ledger.charged == ledger.lower == ledger.upper == timedelta(hours=2)
        after = queries.budget(website, EVEN_LATER)
        assert after.upper_s >= after.charged_s >= after.lower_s
        assert after.charged_s >= before.charged_s

    def test_the_exclusion_stays_with_the_outage(self, excluding: Cast, website: Website) -> None:
        outage = ended_outage(website)
        attributed(outage, Attributed.CLIENT_CHANGE, excluding.administrator)
        actions.grant_exclusion(exclusion=asked(excluding, outage), by=excluding.a_administrator, at=LATER)
        entry = actions.move_outage(
            outage=outage,
            started_at=outage.started_at,
            ended_at=outage.ended_at + 2 * MINUTE,
            reason="Longer.",
            by=excluding.administrator,
            at=LATER,
        )
        assert (charged_s(website), excluded_s(website)) == (120, 300)
        charge = queries.charge_of(entry.new, EVEN_LATER)
        assert charge.attribution is not None
        assert charge.exclusion is not None

    @pytest.mark.parametrize(
        ("low", "high", "said"),
        [
            (5, 5, "after the beginning"),
            (6, 5, "after the beginning"),
            (0, 9_000, "in the future"),
            (1, 6, "on record"),
        ],
    )
    def test_times_that_cannot_be(self, cast: Cast, website: Website, low: int, high: int, said: str) -> None:
        outage = ended_outage(website)
        edges = {"started_at": START + low * MINUTE, "ended_at": START + high * MINUTE}
        with pytest.raises(actions.CorrectionRefused, match=said):
            actions.move_outage(outage=outage, **edges, reason="So.", by=cast.administrator, at=LATER)
        outage.refresh_from_db()
        assert not outage.is_voided
        assert not Correction.objects.exists()

    def test_two_outages_do_not_meet(self, cast: Cast, website: Website) -> None:
        outage = ended_outage(website)
        with pytest.raises(actions.CorrectionRefused, match="Another outage"):
            actions.state_outage(
                website=website,
                started_at=outage.started_at - MINUTE,
                ended_at=outage.started_at + MINUTE,
                reason="So.",
                by=cast.administrator,
                at=LATER,
            )

    def test_no_reason_no_change(self, cast: Cast, website: Website) -> None:
        outage = ended_outage(website)
        with pytest.raises(actions.CorrectionRefused, match="Say why"):
            actions.take_outage_back(outage=outage, reason="  ", by=cast.administrator, at=LATER)
        assert charged_s(website) == 300

    @pytest.mark.parametrize("goes", ["void", "move"])
    def test_late_checks_do_not_overrule_a_person(self, cast: Cast, website: Website, goes: str) -> None:
        monitor = monitor_of(website)
        take([check(monitor, minute, place=place) for minute in (0, 1) for place in ("berlin", "london")])
        take([check(monitor, minute, REFUSED if 4 < minute < 12 else OK, place="berlin") for minute in range(2, 20)])
        outage = Outage.objects.get()
        reason = {"reason": "As the log says.", "by": cast.administrator, "at": START + 20 * MINUTE}
        if goes == "void":
            actions.take_outage_back(outage=outage, **reason)
        else:
            actions.move_outage(
                outage=outage, started_at=outage.started_at, ended_at=outage.ended_at + MINUTE, **reason
            )
        before = list(Outage.objects.valid().values_list("started_at", "ended_at"))

        late = [check(monitor, minute, REFUSED if 4 < minute < 13 else OK, place="london") for minute in range(2, 19)]
        actions.take_in(checks=late, at=LATER)
        actions.judge_late(at=LATER + SETTLED_AFTER)

        assert list(Outage.objects.valid().values_list("started_at", "ended_at")) == before

    def test_late_checks_write_an_entry_too(self, cast: Cast, website: Website) -> None:
        monitor = monitor_of(website)
        take([check(monitor, minute, place=place) for minute in (0, 1) for place in ("berlin", "london")])
        take([check(monitor, minute, REFUSED if 4 < minute < 12 else OK, place="berlin") for minute in range(2, 20)])
        late = [check(monitor, minute, place="london") for minute in range(2, 20)]
        actions.take_in(checks=late, at=LATER)
        actions.judge_late(at=LATER + SETTLED_AFTER)
        assert [(each.made_by, each.new) for each in queries.corrections(cast.a, START, EVEN_LATER)] == [(None, None)]
