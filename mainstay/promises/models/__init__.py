"""The rows of `promises`."""

from mainstay.promises.models.forecast import WebsiteForecast
from mainstay.promises.models.snapshot import VerdictSnapshot
from mainstay.promises.models.standing import Standing

__all__ = ["Standing", "VerdictSnapshot", "WebsiteForecast"]
