"""A ticket and what was merged into it, which is read and answered there."""

from mainstay.desk.models import Ticket


def family(ticket: Ticket) -> list[int]:
    """The numbers of the ticket and of those merged into it.

    Rows that hang on them are asked for by these: to ask for "its own or those of what was merged into it" in one go
    makes a database read every row that there is.
    """
    return [ticket.pk, *Ticket.objects.filter(merged_into=ticket).order_by().values_list("pk", flat=True)]
