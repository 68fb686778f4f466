"""Figures of one report with something in every part, for tests of how they are shown."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mainstay.promises.policy_text import policy_text
from mainstay.report.figures import shapes

VERDICTS = ("kept", "at_risk", "broken", "unproven")
DAY_STATES = ("up", "degraded", "down", "planned", "unknown", "outside", "future")

HOSTILE = (
    '#set page(fill: red) $x^2$ *bold* _it_ @ref <label> = Heading \\ #read("/etc/passwd")',
    '<script>alert(1)</script><img src=x onerror="alert(2)">&amp;',
    "مرحبا بالعالم שלום \u202eevil",
    "🚀 deployed 中文 👩\u200d💻 done",
    "W" * 250,
    "tabs\tand\x07bells",
)
"""Subjects as strangers write them."""

SECONDS = shapes.Seconds(
    up=2_600_000, degraded=400, down_charged=7_800, down_excluded=60, unknown=1_200, outside=0, to_come=0
)


def figures(*subjects: str) -> shapes.Figures:
    """A full report; each of `subjects` is a ticket's subject and a missed clock's."""
    return shapes.Figures(
        schema=shapes.SCHEMA,
        period=shapes.Period(
            month="2026-10",
            starts_at="2026-09-30T23:00:00Z",
            ends_at="2026-11-01T00:00:00Z",
            judged_at="2026-10-31T23:59:59.999999Z",
            time_zone="Europe/London",
            is_complete=True,
        ),
        parties=parties(),
        summary=("3 of 21 promises kept; 2 broken.", "Harbour was down for 2 h 10 min.", "14 requests came in."),
        promises=tuple(promises()),
        websites=(website(),),
        desk=desk(subjects or ("The upload of the price list fails",)),
        definitions=(shapes.Definition(term="Downtime", value="hours a year: 40; clock: all."),),
        gaps=(
            shapes.Gap(
                website="Harbour", starts_at="2026-10-05T09:00:00Z", ends_at="2026-10-05T09:20:00Z", seconds=1_200
            ),
        ),
        gaps_left_out=3,
        escalations=tuple(escalations(subjects or ("The upload of the price list fails",))),
        escalations_left_out=2,
        sections=(shapes.SectionState(title="Upkeep", has_facts=False, sentence="Not recorded yet."),),
    )


def escalations(subjects: Sequence[str]) -> Iterator[shapes.EscalationFigures]:
    """A step of a clock for each subject, and one that the client asked for."""
    for number, subject in enumerate(subjects):
        yield shapes.EscalationFigures(
            reference=f"MS-2026-{number:05d}",
            subject=subject,
            priority="P2",
            clock="" if number else "first_response",
            percent=None if number else 100,
            told=("account_manager", "team_lead"),
            client_told=True,
            due_at="2026-10-06T11:00:00Z",
            taken_at="2026-10-06T11:00:20Z",
            accepted_at=None if number else "2026-10-06T11:09:00Z",
            state="not needed any more" if number else "accepted",
        )


def parties() -> shapes.Parties:
    return shapes.Parties(
        agency="Lighthouse Web Studio",
        client="Harbour & Sons Ltd",
        client_slug="harbour",
        account_manager=shapes.Person(name="Maya Okafor", email="maya@agency.example", phone="+44 20 7946 0000"),
        deputy=shapes.Person(name="Jonas Weber", email="jonas@agency.example", phone=""),
        agreement_version="2",
        agreement_from="2026-03-31T23:00:00Z",
        year_starts_at="2026-03-31T23:00:00Z",
        year_ends_at="2027-03-31T23:00:00Z",
    )


def promises() -> list[shapes.PromiseFigures]:
    return [
        shapes.PromiseFigures(
            clause=clause.id,
            title=clause.title,
            section=clause.section,
            verdict=VERDICTS[number % 4],
            sentence=f"What was found about {clause.id}.",
            actual="37 h 50 min",
            target="at most 40 h a year",
            since="2026-09-03T10:00:00Z",
            trend=VERDICTS * 3,
        )
        for number, clause in enumerate(policy_text().clauses.values())
    ]


def website() -> shapes.WebsiteFigures:
    return shapes.WebsiteFigures(
        name="Harbour",
        url="https://harbour.example/",
        month=SECONDS,
        year=replace(SECONDS, up=18_000_000, to_come=9_000_000),
        budget=shapes.Budget(
            limit=144_000, charged=118_000, lower=117_940, upper=119_000, left=26_000, forecast=170_000,
            year_elapsed_bp=5_890,
        ),
        coverage_bp=9_995,
        days=tuple(shapes.Day(date=f"2026-10-{day:02}", state=DAY_STATES[day % 7]) for day in range(1, 32)),
        outages=(
            shapes.OutageFigures(
                id=7, started_at="2026-10-08T03:12:33Z", ended_at="2026-10-08T05:22:33Z", seconds=7_800,
                seconds_lower=7_740, seconds_upper=7_860, cause="The website answered with an error (HTTP 503).",
                charged_to="Charged to the budget",
            ),
            shapes.OutageFigures(
                id=9, started_at="2026-10-31T23:00:00Z", ended_at=None, seconds=3_600, seconds_lower=3_600,
                seconds_upper=3_660, cause="The server refused the connection.", charged_to="Charged to the budget",
            ),
        ),
        outages_left_out=2,
        response=shapes.ResponseTimes(checks=43_211, p50_ms=120, p95_ms=340, p99_ms=None),
    )  # fmt: skip


def desk(subjects: tuple[str, ...]) -> shapes.DeskFigures:
    counts = (shapes.Count(key="website_user", label="Website user", opened=13, closed=12, open=5),)
    return shapes.DeskFigures(
        opened=14,
        closed=12,
        backlog=5,
        by_audience=counts,
        by_category=counts,
        by_priority=counts,
        clocks=(
            shapes.ClockFigures(
                priority="P1", clock="first_response", met=12, missed=1, running=0, share_bp=9_230, target_bp=9_500
            ),
            shapes.ClockFigures(
                priority="P2", clock="resolution", met=0, missed=0, running=2, share_bp=None, target_bp=9_000
            ),
        ),
        breaches=tuple(
            shapes.Breach(
                reference=f"MS-2026-{number:05}", subject=subject, priority="P2", clock="resolution",
                due_at="2026-10-05T09:00:00Z", met_at=None,
            )
            for number, subject in enumerate(subjects)
        ),
        breaches_left_out=0,
        tickets=tuple(
            shapes.TicketFigures(
                reference=f"MS-2026-{number:05}", subject=subject, category="Data upload", priority="P3",
                state="open", opened_at="2026-10-05T09:00:00Z", closed_at=None,
            )
            for number, subject in enumerate(subjects)
        ),
        tickets_left_out=4,
    )  # fmt: skip
