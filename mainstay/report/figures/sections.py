"""Which sections a service report must have, and which of them have facts to show."""

from mainstay.report.figures import shapes

STILL_TO_COME = (
    ("Escalations", "The steps taken are not recorded yet; the procedure in force is among the definitions."),
    ("Upkeep", "It is not recorded which software the websites are made of, nor which changes were made."),
    ("Security", "Incidents, access reviews and certificates are not recorded yet."),
    ("Amendments", "Amendments are not recorded yet."),
    ("Backups", "Backups of the websites, and proofs that they can be restored, are not recorded yet."),
    ("Satisfaction", "Nobody was asked yet how content they were."),
)


def sections(websites: tuple[shapes.WebsiteFigures, ...], desk: shapes.DeskFigures) -> tuple[shapes.SectionState, ...]:
    """Every section, in the order of the report."""
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
        *(shapes.SectionState(title=title, has_facts=False, sentence=text) for title, text in STILL_TO_COME),
    )
