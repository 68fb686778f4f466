"""How fast office hours answer: deadlines and open time across years of holidays and changes of the clock."""

import json
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from mainstay.policy.hours import OfficeHours

COUNT = 20_000
START = datetime(2026, 1, 1, tzinfo=UTC)
HOLIDAYS = {date(year, month, day) for year in range(2020, 2032) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))}
HALF_AN_HOUR = timedelta(minutes=30)


def main() -> None:
    hours = OfficeHours("Europe/London", holidays=HOLIDAYS)
    instants = [START + HALF_AN_HOUR * number for number in range(COUNT)]

    began = perf_counter()
    dues = [hours.due(at, timedelta(hours=4)) for at in instants]
    due_s = perf_counter() - began

    began = perf_counter()
    open_time = [hours.open_between(at, due) for at, due in zip(instants, dues, strict=True)]
    between_s = perf_counter() - began

    assert all(length == timedelta(hours=4) for length in open_time)
    print(f"{COUNT} deadlines, and the open time up to each")
    print(json.dumps({"due_per_s": round(COUNT / due_s), "open_between_per_s": round(COUNT / between_s)}))


if __name__ == "__main__":
    main()
