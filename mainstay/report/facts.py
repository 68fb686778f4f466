"""What happens to reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class ReportIssued:
    """A month's report was frozen and sent. `sections` and `with_facts` count what it covers and what had facts."""

    kind: ClassVar[str] = "report.issued"
    report_id: int
    client_id: int
    month: str
    number: int
    figures_sha256: str
    sections: int
    with_facts: int
    issued_at: datetime

    @property
    def subject(self) -> str:
        return f"report:{self.report_id}"


@dataclass(frozen=True, kw_only=True)
class ReportRead:
    """Somebody of the client opened a report in the portal, for the first time."""

    kind: ClassVar[str] = "report.read"
    report_id: int
    client_id: int

    @property
    def subject(self) -> str:
        return f"report:{self.report_id}"
