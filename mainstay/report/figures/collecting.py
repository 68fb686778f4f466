"""All figures of one report, gathered from the areas."""

from collections.abc import Iterable
from datetime import datetime

from mainstay.access.models import User
from mainstay.clients import queries as clients
from mainstay.clients.models import Organisation
from mainstay.desk.queries.surveys import satisfaction
from mainstay.policy.promises import Clause, Verdict
from mainstay.promises import queries as promises
from mainstay.report.figures import shapes
from mainstay.report.figures.corrections import corrected_since
from mainstay.report.figures.definitions import definitions
from mainstay.report.figures.desk import desk_figures
from mainstay.report.figures.downtime import longest, website_figures, websites
from mainstay.report.figures.escalation import escalation_figures
from mainstay.report.figures.month import Frame, frame, iso
from mainstay.report.figures.sections import sections
from mainstay.report.figures.summary import summary

TREND_MONTHS = 12


def collect(client: Organisation, month: str, at: datetime) -> shapes.Figures:
    """The figures of `month` (2026-10), judged at its end, or at `at` while it is running.

    The same facts give the same figures, whenever they are collected after the month's end; what was put right since
    the report before is listed up to `at`.

    Raises:
        NoMonth: the text is no month.
        NothingPromised: no agreement was in force, or the month has not begun.
    """
    within = frame(client, month, at)
    sites = [website_figures(each, within) for each in websites(within)]
    gaps, gaps_left_out = longest([gap for _, found in sites for gap in found])
    parties, desk = _parties(within), desk_figures(within)
    judged = tuple(_promise(each) for each in promises.board(client, within.judged_at))
    availability = tuple(figures for figures, _ in sites)
    corrections, restated = corrected_since(within, at)
    escalations, escalations_left_out = escalation_figures(within)
    return shapes.Figures(
        schema=shapes.SCHEMA,
        period=_period(within),
        parties=parties,
        summary=summary(judged, availability, desk, parties, within.zone),
        promises=judged,
        websites=availability,
        desk=desk,
        definitions=tuple(definitions(within)),
        gaps=gaps,
        gaps_left_out=gaps_left_out,
        sections=sections(
            availability,
            desk,
            satisfaction(client, within.start, within.end, within.judged_at),
            escalated=_is_shown(judged, Clause.ESCALATION),
        ),
        corrections=corrections,
        restated=restated,
        escalations=escalations,
        escalations_left_out=escalations_left_out,
    )


def _is_shown(judged: Iterable[shapes.PromiseFigures], clause: Clause) -> bool:
    """Whether there are facts to judge a clause by."""
    return any(each.clause == clause and each.verdict != Verdict.UNPROVEN for each in judged)


def _period(within: Frame) -> shapes.Period:
    return shapes.Period(
        month=f"{within.month:%Y-%m}",
        starts_at=iso(within.start),
        ends_at=iso(within.end),
        judged_at=iso(within.judged_at),
        time_zone=within.zone.key,
        is_complete=within.is_complete,
    )


def _parties(within: Frame) -> shapes.Parties:
    agreement, year = within.bound.agreement, within.bound.year
    return shapes.Parties(
        agency=clients.agency().name,
        client=within.client.name,
        client_slug=within.client.slug,
        account_manager=_person(clients.account_manager(within.client, within.judged_at)),
        deputy=_person(clients.deputy(within.client, within.judged_at)),
        agreement_version=str(agreement.version),
        agreement_from=iso(agreement.effective_at),
        year_starts_at=iso(year.start),
        year_ends_at=iso(year.end),
    )


def _person(user: User | None) -> shapes.Person | None:
    return None if user is None else shapes.Person(name=user.name, email=user.email, phone=user.phone)


def _promise(view: promises.PromiseView) -> shapes.PromiseFigures:
    """`trend` ends with the verdict of this month."""
    return shapes.PromiseFigures(
        clause=view.clause.id,
        title=view.clause.title,
        section=view.clause.section,
        verdict=view.verdict.value,
        sentence=view.judgement.sentence,
        actual=view.judgement.actual,
        target=view.judgement.target,
        since=None if view.since == view.at else iso(view.since),
        trend=(*(each.value for each in view.trend), view.verdict.value)[-TREND_MONTHS:],
    )
