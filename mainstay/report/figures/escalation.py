"""The escalations part: the steps of the procedure that fell due in the month, and what became of them."""

from mainstay.desk.models import EscalationStep
from mainstay.desk.rules_escalation import TAKEN_WITHIN
from mainstay.promises.collect import is_late, is_missed, is_unaccepted, on_record, stood
from mainstay.report.figures import shapes
from mainstay.report.figures.month import Frame, iso, iso_or_none

STEPS_MAX = 40


def escalation_figures(frame: Frame) -> tuple[tuple[shapes.EscalationFigures, ...], int]:
    """The steps of the month, the first due first, and how many more there were."""
    began, ended = frame.start - TAKEN_WITHIN, frame.end - TAKEN_WITHIN
    rows = on_record(frame.judged_at).filter(client=frame.client, due_at__gte=began, due_at__lt=ended)
    found = rows.select_related("ticket", "clock").order_by("due_at", "pk")
    shown = tuple(_figures(stood(each, frame.judged_at), frame) for each in found[:STEPS_MAX])
    return shown, max(0, found.count() - STEPS_MAX)


def _figures(step: EscalationStep, frame: Frame) -> shapes.EscalationFigures:
    return shapes.EscalationFigures(
        reference=step.ticket.reference,
        subject=step.ticket.subject,
        priority=f"P{step.priority}",
        clock=step.clock.kind if step.clock else "",
        percent=step.percent,
        told=tuple(step.tells),
        client_told=step.client_told_at is not None and step.client_told_at <= frame.judged_at,
        due_at=iso(step.due_at),
        taken_at=iso_or_none(step.taken_at),
        accepted_at=iso_or_none(step.accepted_at),
        state=_state(step, frame),
    )


def _state(step: EscalationStep, frame: Frame) -> str:
    if is_missed(step, frame.judged_at):
        return "missed"
    if step.accepted_at is not None:
        return "accepted late" if is_unaccepted(step, frame.judged_at) or is_late(step) else "accepted"
    if step.ended_at is not None:
        return "not accepted in time" if is_unaccepted(step, frame.judged_at) else "not needed any more"
    return "waiting"
