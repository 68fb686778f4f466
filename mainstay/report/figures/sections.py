"""Which sections a service report must have, and which of them have facts to show."""

from mainstay.desk.queries.surveys import Satisfaction
from mainstay.report.figures import shapes

STILL_TO_COME = (
    ("Upkeep", "It is not recorded which software the websites are made of, nor which changes were made."),
    ("Security", "Incidents, access reviews and certificates are not recorded yet."),
    ("Amendments", "Amendments are not recorded yet."),
    ("Backups", "Backups of the websites, and proofs that they can be restored, are not recorded yet."),
)


SATISFACTION = "Satisfaction"


def sections(
    websites: tuple[shapes.WebsiteFigures, ...], desk: shapes.DeskFigures, said: Satisfaction, *, escalated: bool
) -> tuple[shapes.SectionState, ...]:
    """Every section, in the order of the report; that of satisfaction holds its figures in its sentence."""
    watched = bool(websites) and all(each.coverage_bp for each in websites)
    called = bool(desk.tickets)
    return (
        shapes.SectionState(title="Promises", has_facts=True, sentence=""),
        shapes.SectionState(
            title="Availability",
            has_facts=watched,
            sentence="" if watched else "Not every website was watched in the month.",
        ),
        shapes.SectionState(
            title="Support desk", has_facts=called, sentence="" if called else "Nobody called in the month."
        ),
        shapes.SectionState(
            title="Escalations", has_facts=escalated, sentence="" if escalated else "No step is on record to judge by."
        ),
        *(shapes.SectionState(title=title, has_facts=False, sentence=text) for title, text in STILL_TO_COME),
        shapes.SectionState(title=SATISFACTION, has_facts=bool(said.asked), sentence=_satisfaction(said)),
    )


def _satisfaction(said: Satisfaction) -> str:
    if not said.asked:
        return "Nobody was asked in the month how content they were."
    asked = f"{said.asked} {'person was' if said.asked == 1 else 'people were'} asked how content they were"
    if not said.answered:
        return f"{asked}; nobody had answered by the end of the month."
    return f"{asked}; {said.answered} answered: {said.good} good, {said.fair} fair, {said.bad} poor."
