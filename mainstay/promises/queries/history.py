"""How one clause went, from the verdicts that were kept."""

from datetime import datetime

from mainstay.clients.models import Organisation
from mainstay.promises.models import VerdictSnapshot

SHOWN_MAX = 60


def history(client: Organisation, clause: str, at: datetime) -> list[VerdictSnapshot]:
    """The verdicts kept of one clause, the latest first."""
    kept = VerdictSnapshot.objects.filter(client=client, clause=clause, judged_at__lte=at)
    return list(kept.select_related("agreement").order_by("-judged_at")[:SHOWN_MAX])
