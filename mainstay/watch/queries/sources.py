"""What the ledgers of websites are made of: what was agreed, what was seen, and what is closed already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mainstay.clients.models import Website
from mainstay.policy.ledger import Ledger, Observation, Outage, Rules, Seen, divide
from mainstay.policy.year import Period
from mainstay.watch.codes import State
from mainstay.watch.models import Outage as OutageRow
from mainstay.watch.queries.agreed import Agreed, agreed_with
from mainstay.watch.queries.books import Book, books
from mainstay.watch.queries.history import History, histories
from mainstay.watch.rules.timeline import Span, without

_SEEN = {State.UP: Seen.UP, State.DEGRADED: Seen.DEGRADED, State.UNKNOWN: Seen.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Sources:
    """All that one website's ledgers are made of, as known at `at`. With a `book`, `history` begins where that ends."""

    website: Website
    agreed: Agreed
    history: History
    at: datetime
    book: Book | None = None

    def ledger(self, start: datetime, end: datetime) -> Ledger:
        """[start, end), cut out of whole years."""
        parts = [self.of_year(year).within(start, end) for year in self.agreed.years(start, end)]
        entries = tuple(entry for part in parts for entry in part.entries)
        return Ledger(start, end, min(max(self.at, start), end), entries)

    def of_year(self, year: Period, upto: datetime | None = None) -> Ledger:
        """The ledger of a whole year, as it stands now or as it stood at `upto`."""
        rules = self.agreed.rules(year, begins_at=self.begins_at(year), at=self.at)
        if self.book is None:
            return self._divided(year, year.start, upto or self.at, rules)
        rules = replace(rules, unknown_allowance=self.book.unknown_left)
        rest = self._divided(year, self.book.upto, upto or self.at, rules)
        return replace(rest, start=year.start, entries=self.book.entries + rest.entries)

    def unknown_before(self, year: Period, until: datetime) -> timedelta:
        """How much of the year's allowance for unknown time was used up before `until`; nothing where there is none."""
        allowance = self.agreed.rules(year, begins_at=self.begins_at(year), at=self.at).unknown_allowance
        left = self.of_year(year, min(until, self.at)).unknown_left
        return timedelta() if allowance is None or left is None else allowance - left

    def begins_at(self, year: Period) -> datetime:
        """A website is under the agreement from the day on that it is looked after, or that its past was brought in."""
        looked_after = min(self.website.created_at, self.history.past_from or self.website.created_at)
        return max(self.agreed.begins_at or year.start, looked_after)

    def _divided(self, year: Period, start: datetime, at: datetime, rules: Rules) -> Ledger:
        """[`start`, the year's end), as it stands at `at`."""
        return divide(
            start,
            year.end,
            at=at,
            observations=self._observations(start, year.end),
            outages=[_outage(each) for each in self.history.outages],
            exclusions=self.agreed.exclusions(self.website.pk, year),
            rules=rules,
        )

    def _observations(self, start: datetime, end: datetime) -> Iterator[Observation]:
        stated = [Span(each.started_at, each.ended_at or self.at) for each in self.history.outages if each.is_stated]
        for stretch in self.history.stretches(start, end):
            if stretch.state is State.UNKNOWN:  # of a stated outage a person vouches, where nobody was watching
                yield from (Observation(each.start, each.end, Seen.UNKNOWN) for each in without([stretch], stated))
            elif stretch.state in _SEEN:
                yield Observation(stretch.start, stretch.end, _SEEN[stretch.state])


def sources(websites: list[Website], start: datetime, end: datetime, at: datetime) -> dict[int, Sources]:
    """What the ledgers of `websites` over the whole years around [start, end) are made of, in a few queries."""
    agreed = agreed_with({website.client_id for website in websites}, at)
    years = [year for each in agreed.values() for year in each.years(start, end)]
    first, last = min(year.start for year in years), max(year.end for year in years)
    seen = histories(websites, first, last, at)
    return {each.pk: Sources(each, agreed[each.client_id], seen[each.pk], at) for each in websites}


def sources_of_years(
    websites: Iterable[Website], at: datetime, *, with_books: bool = True
) -> Iterator[tuple[Sources, Period | None]]:
    """What the contract year of each website is made of that `at` lies in; no year where nothing was agreed.

    It takes a fixed number of queries, and reads nothing that is closed but the books.
    """
    chosen = list(websites)
    agreed = agreed_with({website.client_id for website in chosen}, at)
    years = {each.pk: agreed[each.client_id].year(at) for each in chosen}
    known = {pk: year for pk, year in years.items() if year is not None}
    held = books({each.pk: each.client_id for each in chosen}, known, agreed, at) if with_books and known else {}
    seen = _histories([each for each in chosen if each.pk in known], known, held, at)
    for website in chosen:
        history = seen.get(website.pk) or History("any", None, at)
        yield Sources(website, agreed[website.client_id], history, at, held.get(website.pk)), years[website.pk]


def _histories(
    websites: list[Website], years: dict[int, Period], held: dict[int, Book], at: datetime
) -> dict[int, History]:
    """What was seen of each since its year began; of those with a book, since that ends."""
    found: dict[int, History] = {}
    for some in ([w for w in websites if w.pk in held], [w for w in websites if w.pk not in held]):
        if some:
            since = min(held[w.pk].upto if w.pk in held else years[w.pk].start for w in some)
            found |= histories(some, since, max(years[w.pk].end for w in some), at)
    return found


def _outage(row: OutageRow) -> Outage:
    return Outage(row.started_at, row.ended_at, row.started_after, row.ended_after)
