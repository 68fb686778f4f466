"""How long a year's ledger takes: a website with daily gaps in its watch and an outage on each of a hundred days."""

import json
from datetime import UTC, datetime, timedelta
from time import perf_counter

from mainstay.policy.ledger import Observation, Outage, Rules, divide

COUNT = 50
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
GAP = 3 * MINUTE
OUTAGES = 100


def main() -> None:
    observations = [Observation(START + day * DAY + GAP, START + (day + 1) * DAY) for day in range(365)]
    begins = [START + day * 3 * DAY + 12 * HOUR for day in range(OUTAGES)]
    outages = [Outage(begin, begin + 20 * MINUTE, begin - MINUTE, begin + 19 * MINUTE) for begin in begins]
    rules = Rules(unknown_allowance=8 * HOUR)

    began = perf_counter()
    for _ in range(COUNT):
        ledger = divide(START, END, at=END, observations=observations, outages=outages, rules=rules)
    took_s = perf_counter() - began

    excess = 365 * GAP - 8 * HOUR
    assert ledger.charged == OUTAGES * 20 * MINUTE + excess
    print(f"{len(observations)} runs of checks and {OUTAGES} outages, {COUNT} times")
    print(json.dumps({"ms_per_year": round(took_s / COUNT * 1000, 2), "years_per_s": round(COUNT / took_s)}))


if __name__ == "__main__":
    main()
