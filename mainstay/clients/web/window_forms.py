"""Forms of planned work."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from mainstay.clients.models import Organisation, Website, WindowSeries
from mainstay.clients.rules.recurrence import COUNT_MAX, DAYS, Recurrence, Schedule, parsed
from mainstay.clients.web.forms import DayField, InstantField, as_typed, in_zone

WINDOW_LONGEST = timedelta(days=7)
SERIES_LONGEST = timedelta(days=1)
CODES = tuple(DAYS)
REPEATS = [
    ("", "Once"),
    ("daily", "Every day"),
    ("weekly", "Every week on that weekday"),
    ("fortnightly", "Every two weeks on that weekday"),
    ("nth", "Every month on that weekday, as the second Tuesday"),
    ("last", "Every month on the last such weekday"),
    ("date", "Every month on that day of the month"),
]
LOCAL = ("starts_at", "ends_at")
CHOICES = frozenset({"website", "repeats", "until", "count", "down_minutes"})


class Window(forms.Form):
    """Planned work, in the client's local time; once, or again and again as on its first day."""

    website = forms.ModelChoiceField(
        label="Website", queryset=Website.objects.none(), required=False, empty_label="All of the client's websites"
    )
    starts_at = InstantField(label="From")
    ends_at = InstantField(label="Until")
    repeats = forms.ChoiceField(
        label="Repeats", choices=REPEATS, required=False, help_text="Counted from the day above."
    )
    until = DayField(label="Repeats until", required=False, help_text="The last day it may fall on.")
    count = forms.IntegerField(label="How many times in all", required=False, min_value=1, max_value=COUNT_MAX)
    down_minutes = forms.IntegerField(
        label="Minutes the website is down each time",
        required=False,
        min_value=0,
        max_value=10_080,
        help_text="As far as you can tell. Left empty, all of the window counts against the downtime budget.",
    )
    reason = forms.CharField(label="What is done", max_length=200, help_text="The client reads this.")
    approval = forms.CharField(
        label="Why it is approved all the same",
        required=False,
        max_length=200,
        help_text="Kept with your name, and shown with the window.",
    )

    is_refused = False

    def __init__(self, *args: Any, client: Organisation, is_series: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.time_zone = client.zone, client.time_zone
        self.fields["website"].queryset = client.websites.filter(is_active=True)  # type: ignore[attr-defined]
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = f"Local time in {client.time_zone}."
        if is_series:
            self.fields["repeats"] = forms.ChoiceField(label="Repeats", choices=REPEATS[1:])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        longest = SERIES_LONGEST if cleaned.get("repeats") else WINDOW_LONGEST
        if start and end and end <= start:
            self.add_error("ends_at", "The end must come after the beginning.")
        elif start and end and (end - start > longest or (cleaned.get("repeats") and end - start == longest)):
            self.add_error("ends_at", _too_long(is_series=bool(cleaned.get("repeats"))))
        if start:
            self._check_repeats(cleaned, start)
        return cleaned

    def _check_repeats(self, cleaned: dict[str, Any], start: datetime) -> None:
        repeats = cleaned.get("repeats")
        if start.day > 28 and repeats in ("nth", "date"):
            self.add_error("repeats", "Not every month has this day. Choose the last such weekday, or an earlier day.")
        if not repeats and (cleaned.get("until") or cleaned.get("count")):
            self.add_error("repeats", "Say how often it repeats, or leave its end empty.")
        if cleaned.get("until") and cleaned.get("count"):
            self.add_error("count", "Say until when, or how many times, not both.")
        if cleaned.get("until") and cleaned["until"] < start.date():
            self.add_error("until", "This lies before the first day.")

    def refuse(self, problem: str) -> None:
        """Say that the budget cannot pay for it; from now on the page asks for an approval."""
        self.is_refused = True
        self.add_error(None, problem)

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return bool(self.cleaned_data.get("repeats"))

    @property
    def once(self) -> dict[str, Any]:
        """A single window as its action takes it."""
        given = {name: self.cleaned_data[name] for name in ("website", "reason", "down_minutes", "approval")}
        return {**given, **{name: in_zone(self.cleaned_data[name], self.zone) for name in ("starts_at", "ends_at")}}

    @property
    def again(self) -> dict[str, Any]:
        """A series as its action takes it."""
        given = self.cleaned_data
        return {
            "website": given["website"],
            "reason": given["reason"],
            "down_minutes": given["down_minutes"],
            "approval": given["approval"],
            "recurrence": self.recurrence,
            "starts_on": given["starts_at"].date(),
            "from_time": given["starts_at"].time(),
            "until_time": given["ends_at"].time(),
            "time_zone": self.time_zone,
        }

    @property
    def recurrence(self) -> Recurrence:
        """How often, from the choice and the first day."""
        day: date = self.cleaned_data["starts_at"].date()
        ends = {"count": self.cleaned_data.get("count"), "until": self.cleaned_data.get("until")}
        code = CODES[day.weekday()]
        match self.cleaned_data["repeats"]:
            case "weekly":
                return Recurrence("WEEKLY", days=((None, code),), **ends)
            case "fortnightly":
                return Recurrence("WEEKLY", interval=2, days=((None, code),), **ends)
            case "nth":
                return Recurrence("MONTHLY", days=(((day.day - 1) // 7 + 1, code),), **ends)
            case "last":
                return Recurrence("MONTHLY", days=((-1, code),), **ends)
            case "date":
                return Recurrence("MONTHLY", month_day=day.day, **ends)
        return Recurrence("DAILY", **ends)

    @property
    def schedule(self) -> Schedule:
        """When it falls."""
        again = self.again
        times = (again["starts_on"], again["from_time"], again["until_time"])
        return Schedule(again["recurrence"], *times, self.zone)

    @property
    def changes(self) -> dict[str, Any]:
        """What was changed of a series: the times only where somebody touched them."""
        if self._has_moved:
            return self.again
        return {name: self.cleaned_data[name] for name in ("reason", "approval")}

    @property
    def _has_moved(self) -> bool:
        """Whether anything but the reason is another. What a local time is compared with has no zone."""
        touched = {name: self.cleaned_data[name].replace(tzinfo=None) != self.initial[name] for name in LOCAL}
        return any(touched.values()) or bool(CHOICES & set(self.changed_data))


def initial_of(series: WindowSeries, at: datetime) -> dict[str, Any]:
    """A series as the form shows it, by its next occurrence."""
    schedule = series.schedule
    begins_at, ends_at = next(schedule.between(at, at + timedelta(days=800)), (at, at))
    rule = parsed(series.rule)
    left = None
    if rule.count is not None:
        left = sum(1 for _ in schedule.between(at, at + timedelta(days=366 * rule.interval * rule.count)))
    return {
        "website": series.website_id,
        "starts_at": as_typed(begins_at, schedule.zone),
        "ends_at": as_typed(ends_at, schedule.zone),
        "repeats": _choice(rule),
        "until": rule.until,
        "count": left,
        "reason": series.reason,
        "down_minutes": series.down_minutes,
    }


def _choice(rule: Recurrence) -> str:
    if rule.freq == "WEEKLY":
        return "weekly" if rule.interval == 1 else "fortnightly"
    if rule.freq == "DAILY":
        return "daily"
    if rule.month_day is not None:
        return "date"
    return "last" if rule.days[0][0] == -1 else "nth"


def _too_long(*, is_series: bool) -> str:
    if is_series:
        return "A window that repeats lasts less than a day."
    return "A window lasts at most seven days. Plan several for longer work."
