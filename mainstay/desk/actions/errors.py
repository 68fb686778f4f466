"""What can stand in the way of an action; each message is fit to be shown."""


class TicketIsOver(ValueError):
    """The ticket is resolved or closed."""


class AnswerNeeded(ValueError):
    """Somebody has to tell the client something first."""


class ReasonNeeded(ValueError):
    """An override needs a reason that stays on record."""


class WrongClient(ValueError):
    """The ticket cannot belong to that client."""


class NothingHeld(ValueError):
    """The message is not held back from the client."""


class NotParked(ValueError):
    """The mail is not waiting for anybody's decision."""


class CannotMerge(ValueError):
    """The two tickets cannot become one, or what was merged cannot be parted any more."""


class CannotSplit(ValueError):
    """Nothing that can be taken out was chosen, or nothing would be left."""


class CannotLink(ValueError):
    """The two tickets cannot be linked."""


class CannotEscalate(ValueError):
    """The client cannot take a step by itself now."""


class NothingToAccept(ValueError):
    """No step of the ticket waits to be accepted."""


class HoldRefused(ValueError):
    """The hold lacks what makes it agreed, or cannot be agreed on now."""


class NotInFuture(ValueError):
    """The instant chosen has passed already."""


class ChangedSince(ValueError):
    """Somebody changed the ticket after the macro: undoing it would undo that as well."""


class BulkRefused(ValueError):
    """The bulk change cannot be made, or not on this ticket, or not be undone."""


class NotLookedAt(ValueError):
    """Nobody has seen yet what it would change, or it was decided already."""


class CannotCorrect(ValueError):
    """The clock has no result that could be put right in that way."""


class CannotImport(ValueError):
    """The import is not at the point at which that could be done."""


class CannotUndo(ValueError):
    """Something was done since with what would be taken away."""
