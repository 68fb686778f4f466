"""An issued report is never changed: the next one lists what was put right since, and what its figures are by now."""

from datetime import timedelta

import pytest

from mainstay.policy.durations import say
from mainstay.report import actions, queries
from mainstay.report.figures import collect, decode, encode
from mainstay.report.printed import Heading, lay_out
from mainstay.watch import actions as watch
from tests.report.conftest import ISSUED_AT, TESTS, UP_AT, Month

pytestmark = pytest.mark.django_db
APRIL = ISSUED_AT + timedelta(days=30)
AFTER = ISSUED_AT + timedelta(days=2)


def test_before_the_first_report_there_is_nothing_to_put_right(february: Month) -> None:
    watch.take_outage_back(outage=february.outage, reason="Wrong.", by=february.cast.administrator, at=ISSUED_AT)
    assert collect(february.cast.a, "2026-02", ISSUED_AT).corrections == ()


def test_the_next_report_lists_what_was_put_right(february: Month) -> None:
    report = actions.issue(client=february.cast.a, month="2026-02", by=TESTS, at=ISSUED_AT)
    before = queries.figures(report)
    was = before.websites[0].budget.charged
    watch.move_outage(
        outage=february.outage,
        started_at=february.outage.started_at,
        ended_at=UP_AT + timedelta(hours=1),
        reason="The server's log says so.",
        reference="HB-9",
        by=february.cast.administrator,
        at=AFTER,
    )

    assert queries.figures(report) == before
    found = collect(february.cast.a, "2026-03", APRIL)
    assert [(each.made_by, each.before, each.now, each.reason) for each in found.corrections] == [
        (
            "Ada Admin",
            f"Outage of 10 February 2026, 03:00:00, {say(timedelta(hours=2, minutes=10))}",
            f"Outage of 10 February 2026, 03:00:00, {say(timedelta(hours=3, minutes=10))}",
            "The server's log says so. (HB-9)",
        )
    ]
    assert [(each.month, each.charged, each.charged_now) for each in found.restated] == [("2026-02", was, was + 3600)]
    printed = lay_out(found, Heading(number="2", issued_at=None))
    assert printed["restated"][0]["now"] == say(was + 3600)
    assert decode(encode(found)) == found


def test_the_one_after_does_not_list_it_again(february: Month) -> None:
    actions.issue(client=february.cast.a, month="2026-02", by=TESTS, at=ISSUED_AT)
    watch.take_outage_back(outage=february.outage, reason="Wrong.", by=february.cast.administrator, at=AFTER)
    actions.issue(client=february.cast.a, month="2026-03", by=TESTS, at=APRIL)
    assert collect(february.cast.a, "2026-04", APRIL + timedelta(days=30)).corrections == ()


def test_figures_of_reports_from_before_there_were_corrections_are_still_read(february: Month) -> None:
    content = encode(collect(february.cast.a, "2026-02", ISSUED_AT))
    old = content.replace(b'"corrections":[],', b"").replace(b'"restated":[],', b"").replace(b'"put_down_to":"",', b"")
    assert b"put_down_to" not in old
    assert decode(old) == decode(content)
