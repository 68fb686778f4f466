"""Day files read with duckdb: set-wise, in SQL."""

from threading import local

from mainstay.watch.evidence.verify.rows import in_runs
from mainstay.watch.evidence.verify.sealed import PHASES

MEMORY = "600MB"
WEBSITES_AT_ONCE = 250
AT = "((base_ms + minute::BIGINT * 60000 + late_ms) * 1000 + at_micro)"


class WithDuckDB:
    """Set-wise, with SQL. Each thread has a database of its own; nothing is asked of the network."""

    def __init__(self):
        self._kept = local()

    def digests(self, day):
        """By subject: how many rows each file holds of each website, and the SHA-256 of their canonical text."""
        database, found = self._database(), {}
        for path, part in zip(day.paths, day.parts, strict=True):
            source = f"read_parquet('{quoted(path)}')"
            question = f"SELECT DISTINCT website FROM {source} ORDER BY website"  # nosec B608 # noqa: S608 - quoted
            websites = [row[0] for row in database.execute(question).fetchall()]
            for start in range(0, len(websites), WEBSITES_AT_ONCE):
                some = websites[start : start + WEBSITES_AT_ONCE]
                asked = DIGESTS.format(source=source, first=some[0], last=some[-1])
                for website, rows, digest in database.execute(asked).fetchall():
                    found[day.subject(website, part)] = rows, digest
        return found

    def runs(self, day, vouches, good):
        """By website and monitor: the runs of a day. `vouches`: how long a check of each monitor speaks at least."""
        source = self._in_order(day) if len(day.paths) > 1 else f"read_parquet('{quoted(day.paths[0])}')"
        found = in_runs(self._changes(source, vouches, good))
        if found is None:  # not in the order in which Mainstay writes
            found = in_runs(self._changes(self._in_order(day), vouches, good))
        return found

    def near(self, day, spans):
        """The checks of some monitors within stretches of time: monitor, instant, code."""
        lines = ", ".join(f"({monitor}, {start}, {end})" for monitor, start, end in spans)
        question = NEAR.format(source=f"read_parquet([{listed(day.paths)}])", spans=lines)
        return self._database().execute(question).fetchall()

    def _changes(self, source, vouches, good):
        words = {"source": source, "at": AT, "vouch": vouched(vouches), "good": listed(sorted(good))}
        return self._database().execute(CHANGES.format(**words)).fetchall()

    def _in_order(self, day):
        question = f"SELECT * FROM read_parquet([{listed(day.paths)}]) ORDER BY website, monitor, {AT}"  # nosec B608 # noqa: S608 - quoted
        self._database().execute(f"CREATE OR REPLACE TEMP TABLE sorted AS {question}")
        return "sorted"

    def _database(self):
        import duckdb

        if not hasattr(self._kept, "database"):
            settings = {"threads": 1, "memory_limit": MEMORY, "autoinstall_known_extensions": False}
            self._kept.database = duckdb.connect(config=settings)
        return self._kept.database


CHANGES = """
WITH looks AS (
    SELECT website, monitor, code, {at} AS us FROM {source}
), beside AS (
    SELECT *, lag(website) OVER () AS website_before, lag(monitor) OVER () AS monitor_before,
        lag(code) OVER () AS code_before, lag(us) OVER () AS us_before,
        lead(us) OVER () AS second, lead(us) OVER () IS NULL AS is_last
    FROM looks
), told AS (
    SELECT *, us_before IS NULL OR monitor <> monitor_before OR website <> website_before OR code <> code_before
        OR us <= us_before OR us > us_before + {vouch} OR code NOT IN ({good}) AS is_change FROM beside
)
SELECT website, monitor, code, us, us_before, second, is_change FROM told WHERE is_change OR is_last
"""
NEAR = f"""
SELECT monitor, us, code FROM (SELECT monitor, code, {AT} AS us FROM {{source}})
JOIN (VALUES {{spans}}) AS spans (watched, from_us, to_us) ON watched = monitor AND us BETWEEN from_us AND to_us
"""  # nosec B608 # noqa: S608 - made of this file's own names
_WHOLE = ", ".join(f"({part}_base + {part}_over)::BIGINT" for part in PHASES)
_DURATION = " + ".join(f"({part}_base + {part}_over)" for part in (*PHASES, "rest"))
_DETAIL = r"replace(replace(replace(replace(detail, '\', '\\'), '|', '\p'), chr(10), '\n'), chr(13), '\r')"
_FIELDS = f"monitor, {AT}, prober, code, status, {_WHOLE}, ({_DURATION})::BIGINT, address"
_LINE = f"concat_ws('|', {_FIELDS}, coalesce(cert_not_after_s::VARCHAR, ''), cert_sha256, {_DETAIL}) || chr(10)"
DIGESTS = f"""
SELECT website, count(*), sha256(string_agg({_LINE}, '' ORDER BY monitor, {AT}, prober)) FROM {{source}}
WHERE website BETWEEN {{first}} AND {{last}} GROUP BY website
"""  # nosec B608 # noqa: S608 - made of this file's own names


def vouched(vouches):
    """SQL for how long a check speaks: one number where all are alike, or else looked up by the monitor's number."""
    lengths = set(vouches.values())
    if len(lengths) == 1:
        return str(*lengths)
    low, high = min(vouches), max(vouches)
    each = ", ".join(str(vouches.get(number, max(lengths))) for number in range(low, high + 1))
    return f"coalesce(list_extract([{each}]::BIGINT[], monitor::BIGINT - {low - 1}), {max(lengths)})"


def quoted(text):
    """A text within quotes of SQL."""
    return text.replace("'", "''")


def listed(texts):
    """Texts as SQL lists them."""
    return ", ".join(f"'{quoted(each)}'" for each in texts)
