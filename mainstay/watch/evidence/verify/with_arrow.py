"""Day files read with pyarrow alone."""

from collections import defaultdict
from hashlib import sha256

from mainstay.watch.evidence.verify.rows import in_runs
from mainstay.watch.evidence.verify.sealed import PHASES, line_of

ROWS_AT_ONCE = 20_000
KEYS = ("website", "monitor", "prober", "base_ms", "minute", "late_ms", "at_micro", "code")
COLUMNS = (
    *KEYS,
    "status",
    *(f"{part}_{half}" for part in (*PHASES, "rest") for half in ("base", "over")),
    *("address", "cert_not_after_s", "cert_sha256", "detail"),
)


class WithArrow:
    """With pyarrow alone: columns are compared as a whole; the canonical text is made row by row, which takes long."""

    def __init__(self):
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet

        self.arrow, self.compute, self.parquet = pyarrow, pyarrow.compute, pyarrow.parquet

    def digests(self, day):
        """As `WithDuckDB.digests`."""
        found = {}
        for path, part in zip(day.paths, day.parts, strict=True):
            lines = defaultdict(list)
            for batch in self.parquet.ParquetFile(path).iter_batches(ROWS_AT_ONCE, columns=list(COLUMNS)):
                for values in batch.to_pylist():
                    at, line = line_of(values)
                    lines[values["website"]].append((values["monitor"], at, values["prober"], line))
            for website, some in lines.items():
                text = "".join(f"{each[3]}\n" for each in sorted(some))
                found[day.subject(website, part)] = len(some), sha256(text.encode()).hexdigest()
        return found

    def runs(self, day, vouches, good):
        """As `WithDuckDB.runs`."""
        table = self._table(day)
        found = in_runs(self._changes(table, vouches, good))
        if found is None:
            order = [("website", "ascending"), ("monitor", "ascending"), ("us", "ascending")]
            found = in_runs(self._changes(table.sort_by(order), vouches, good))
        return found

    def near(self, day, spans):
        """As `WithDuckDB.near`."""
        table, found = self._table(day), []
        for monitor, start, end in spans:
            us = table["us"]
            is_near = self.compute.and_(self.compute.greater_equal(us, start), self.compute.less_equal(us, end))
            is_meant = self.compute.and_(is_near, self.compute.equal(table["monitor"], monitor))
            some = table.filter(is_meant)
            found += zip(*(some[name].to_pylist() for name in ("monitor", "us", "code")), strict=True)
        return found

    def _table(self, day):
        """Website, monitor, code, and the instant in microseconds."""
        compute, big = self.compute, self.arrow.int64()
        parts = [self.parquet.read_table(path, columns=list(KEYS)) for path in day.paths]
        table = self.arrow.concat_tables(parts).combine_chunks()
        base, minute, late, micro = (
            compute.cast(table[name], big) for name in ("base_ms", "minute", "late_ms", "at_micro")
        )
        ms = compute.add(compute.add(base, compute.multiply(minute, 60_000)), late)
        us = compute.add(compute.multiply(ms, 1000), micro)
        ids = {name: compute.cast(table[name], big) for name in ("website", "monitor")}
        return self.arrow.table({**ids, "code": table["code"], "us": us})

    def _changes(self, table, vouches, good):
        """The rows that `CHANGES` gives, made of the table beside itself moved by one."""
        compute, rows = self.compute, table.num_rows
        if not rows:
            return []
        now, before = table.slice(1), table.slice(0, rows - 1)
        monitors = compute.unique(table["monitor"]).to_pylist()
        usual = max(vouches.values())
        speaks = self.arrow.array([vouches.get(each, usual) for each in monitors], self.arrow.int64())
        which = compute.index_in(now["monitor"], self.arrow.array(monitors, self.arrow.int64()))
        until = compute.add(before["us"], compute.take(speaks, which))
        changes = [compute.not_equal(now[name], before[name]) for name in ("website", "monitor", "code")]
        changes += [compute.less_equal(now["us"], before["us"]), compute.greater(now["us"], until)]
        changes.append(compute.invert(compute.is_in(now["code"], self.arrow.array(sorted(good), self.arrow.string()))))
        changed = changes[0]
        for each in changes[1:]:
            changed = compute.or_(changed, each)
        return self._beside(table, [0, *(number + 1 for number in compute.indices_nonzero(changed).to_pylist())])

    def _beside(self, table, changes):
        last = table.num_rows - 1
        numbers = changes if changes[-1] == last else [*changes, last]
        columns = [
            table[name].take(self.arrow.array(numbers)).to_pylist() for name in ("website", "monitor", "code", "us")
        ]
        for step in (-1, 1):
            beside = [number + step if 0 <= number + step <= last else None for number in numbers]
            columns.append(table["us"].take(self.arrow.array(beside, self.arrow.int64())).to_pylist())
        is_change = [True] * len(changes) + [False] * (len(numbers) - len(changes))
        return list(zip(*columns, is_change, strict=True))
