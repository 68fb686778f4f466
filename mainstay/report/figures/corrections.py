"""What was put right since the report before, and what that does to the figures that it printed."""

from collections.abc import Iterable
from datetime import datetime

from mainstay.clients.models import Website
from mainstay.common.files import FileDamaged, read
from mainstay.policy.durations import say
from mainstay.report.figures import shapes
from mainstay.report.figures.encode import decode
from mainstay.report.figures.month import Frame, iso
from mainstay.report.models import Report
from mainstay.watch import queries as watch
from mainstay.watch.models import Correction, Exclusion, Outage

CORRECTIONS_MAX = 100
BY_LATE_CHECKS = "Checks that came in late"


def corrected_since(frame: Frame, at: datetime) -> tuple[tuple[shapes.Correction, ...], tuple[shapes.Restated, ...]]:
    """The entries made after the report of an earlier month was issued, up to `at`, and the figures that moved.

    An issued report is never changed: this is where its reader learns what is otherwise by now. Before the first
    report there is nothing to put right.
    """
    last = Report.objects.filter(client=frame.client, month__lt=f"{frame.month:%Y-%m}").order_by("-month").first()
    if last is None:
        return (), ()
    rows = [_correction(each, frame) for each in watch.corrections(frame.client, last.issued_at, at)[:CORRECTIONS_MAX]]
    for each in watch.exclusions_decided(frame.client, last.issued_at, at)[:CORRECTIONS_MAX]:
        rows += _exclusion(each, last.issued_at, at)
    found = tuple(sorted(rows, key=lambda row: (row.made_at, row.website)))
    return found, tuple(_restated(frame, last, {each.website for each in found}))


def _correction(row: Correction, frame: Frame) -> shapes.Correction:
    return shapes.Correction(
        website=row.website.name,
        made_at=iso(row.made_at),
        made_by=row.made_by.name if row.made_by is not None else BY_LATE_CHECKS,
        before=_said(row.old, frame),
        now=_said(row.new, frame),
        reason=" ".join(each for each in (row.reason, f"({row.reference})" if row.reference else "") if each),
    )


def _said(outage: Outage | None, frame: Frame) -> str:
    if outage is None:
        return "No outage"
    began = outage.started_at.astimezone(frame.zone)
    lasted = outage.lasted
    length = "had not ended" if lasted is None else say(lasted)
    return f"Outage of {began.day} {began:%B %Y, %H:%M:%S}, {length}"


def _exclusion(row: Exclusion, since: datetime, until: datetime) -> Iterable[shapes.Correction]:
    length = say(row.length)
    charged, left_out = f"{length} charged", f"{length} not charged: {row.cause_label}"
    reason = " ".join(each for each in (row.reason, f"({row.reference})" if row.reference else "") if each)
    if row.granted_at is not None and since < row.granted_at <= until:
        by = row.granted_by.name if row.granted_by is not None else row.asked_by.name
        yield _entry(row, row.granted_at, by, charged, left_out, reason)
    if row.ended_at is not None and since < row.ended_at <= until and row.ended_by is not None:
        yield _entry(row, row.ended_at, row.ended_by.name, left_out, charged, row.end_reason)


def _entry(row: Exclusion, at: datetime, by: str, before: str, now: str, reason: str) -> shapes.Correction:
    return shapes.Correction(
        website=row.website.name, made_at=iso(at), made_by=by, before=before, now=now, reason=reason
    )


def _restated(frame: Frame, last: Report, names: set[str]) -> Iterable[shapes.Restated]:
    """Of the websites that something was put right for, those whose year in the last report is another by now."""
    try:
        printed = {each.name: each for each in decode(read(last.figures)).websites if each.name in names}
        judged_at = datetime.fromisoformat(decode(read(last.figures)).period.judged_at)
    except FileDamaged:
        return
    websites = list(Website.objects.filter(client=frame.client, name__in=list(printed)).select_related("client"))
    for website in sorted(websites, key=lambda each: each.name):
        budget = watch.budgets([website], judged_at)[website.pk]
        was = printed[website.name].budget.charged
        if budget is not None and budget.charged_s != was:
            yield shapes.Restated(website=website.name, month=last.month, charged=was, charged_now=budget.charged_s)
