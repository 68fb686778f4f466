"""The rows of `report`."""

from mainstay.report.models.report import Report, ReportsAreFrozen

__all__ = ["Report", "ReportsAreFrozen"]
