"""What can stand in the way of an action; each message is fit to be shown."""


class TicketIsOver(ValueError):
    """The ticket is resolved or closed."""


class AnswerNeeded(ValueError):
    """Somebody has to tell the client something first."""


class ReasonNeeded(ValueError):
    """An override needs a reason that stays on record."""


class WrongClient(ValueError):
    """The ticket cannot belong to that client."""


class NotParked(ValueError):
    """The mail is not waiting for anybody's decision."""
