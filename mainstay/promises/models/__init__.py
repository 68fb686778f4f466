"""The rows of `promises`."""

from mainstay.promises.models.forecast import WebsiteForecast
from mainstay.promises.models.snapshot import VerdictSnapshot

__all__ = ["VerdictSnapshot", "WebsiteForecast"]
