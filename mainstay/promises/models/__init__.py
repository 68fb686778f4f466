"""The rows of `promises`."""

from mainstay.promises.models.forecast import WebsiteForecast
from mainstay.promises.models.reminder import Reminder
from mainstay.promises.models.snapshot import VerdictSnapshot
from mainstay.promises.models.standing import Standing
from mainstay.promises.models.warning import BudgetWarning

__all__ = ["BudgetWarning", "Reminder", "Standing", "VerdictSnapshot", "WebsiteForecast"]
