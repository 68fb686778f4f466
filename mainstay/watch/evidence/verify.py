"""Checks a bundle of evidence, alone: it needs Python 3.10 or newer and duckdb or pyarrow, and nothing of Mainstay.

    python3 verify.py                     checks the folder that it lies in
    python3 verify.py --since SIZE:ROOT   and that the log began as an older head says, which you kept from a report

It says in plain words what is wrong, and ends with status 1 where anything is. What it does:

1. Each sealed entry is hashed and followed up to the root of the tree (RFC 6962) that the bundle names. Hold that root
   against the one in a report or letter of the time.
2. The checks and the facts in the bundle are written in their canonical text and hashed: they must be what was sealed.
3. From the checks, the outages of each website are worked out anew: three failures in a row confirm one, from the
   first of them; two good checks in a row end it, at the first of them; what was not confirmed when nobody looked any
   more is forgotten. They must be those that the sealed facts tell of. That is called recomputed. Where several
   monitors or places decide, or a prober was not believed, it is not done here, and called attested: it rests on the
   sealed facts.
"""

import argparse
import json
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

MINUTE_MS = 60_000
PHASES = ("name", "connect", "tls", "first_byte", "body")
COLUMNS = (
    *("website", "monitor", "prober", "base_ms", "minute", "late_ms", "at_micro", "code", "status"),
    *(f"{part}_{half}" for part in (*PHASES, "rest") for half in ("base", "over")),
    *("address", "cert_not_after_s", "cert_sha256", "detail"),
)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Python 3.10 has no datetime.UTC
OPENED, CLOSED = "watch.outage_opened", "watch.outage_closed"
CORRECTED, VOIDED = "watch.outage_corrected", "watch.outage_voided"


def main() -> int:
    """Check the bundle; the exit status."""
    words = argparse.ArgumentParser(description="Checks a bundle of evidence.")
    words.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    words.add_argument("--since", default="", help="an older head that you kept, as SIZE:ROOT")
    given = words.parse_args()
    folder = Path(given.folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    head = manifest["head"]
    print(f"{manifest['client']}, {manifest['from']} to {manifest['to']}, sealed log {head['size']}:{head['root']}")
    checks, facts = read_checks(folder, manifest), read_facts(folder)
    problems = [*seals(manifest), *contents(manifest, checks, facts), *since(manifest, given.since)]
    problems += outages(manifest, checks, facts)
    for each in problems:
        print(f"WRONG: {each}")
    if not problems:
        print("All is as it was sealed.")
    return 1 if problems else 0


def seals(manifest):
    """Each entry hashes up to the root."""
    root, size = bytes.fromhex(manifest["head"]["root"]), manifest["head"]["size"]
    for leaf in manifest["leaves"]:
        path = [bytes.fromhex(each) for each in leaf["path"]]
        if not is_included(leaf_hash(leaf["entry"].encode()), leaf["number"], size, path, root):
            yield f"the entry {leaf['subject']} is not in the sealed log, or was altered"
        if f"subject {leaf['subject']}\n" not in leaf["entry"]:
            yield f"the entry {leaf['subject']} speaks of something else"


def contents(manifest, checks, facts):
    """The checks and facts are those that were sealed."""
    found = {subject: text_of(rows) for subject, rows in checks.items()}
    found.update({subject: (len(lines), "".join(f"{line}\n" for line in lines)) for subject, lines in facts.items()})
    for leaf in manifest["leaves"]:
        subject = leaf["subject"]
        if subject not in found:
            yield f"{told(subject)} are sealed, and missing here"
            continue
        count, text = found.pop(subject)
        sealed_count = int(leaf["entry"].split("rows ", 1)[1].split("\n", 1)[0])
        if f"sha256 {sha256(text.encode()).hexdigest()}\n" not in leaf["entry"]:
            same = count == sealed_count
            change = "as many as were sealed" if same else f"{sealed_count} were sealed, {count} are here"
            yield f"{told(subject)} were altered ({change})"
    for subject in found:
        yield f"{told(subject)} were never sealed: they were put in"


def since(manifest, kept):
    """The log began as an older head says."""
    older = manifest.get("since")
    if kept:
        size, _, root = "".join(kept.split()).partition(":")
        if older is None or older["size"] != int(size):
            yield f"this bundle proves nothing from {size} entries on: ask for one made with --since {size}:{root}"
            return
        older = {**older, "root": root}
    if older is not None:
        path, new = [bytes.fromhex(each) for each in older["path"]], manifest["head"]
        old_root, root = bytes.fromhex(older["root"]), bytes.fromhex(new["root"])
        if not is_consistent(older["size"], old_root, new["size"], root, path):
            yield f"the log does not begin with the {older['size']} entries known before: the past was altered"


def outages(manifest, checks, facts):
    """The outages that the checks make are those that the facts tell of."""
    start, end = instant(manifest["from_at"]), instant(manifest["to_at"])
    told_of = told_outages(facts)
    counting = defaultdict(list)
    for monitor in manifest["monitors"]:
        if monitor["counts"]:
            counting[monitor["website"]].append(monitor)
    for website in manifest["websites"]:
        rows = sorted(row for subject, some in checks.items() if of_website(subject, website["id"]) for row in some)
        places = {subject.split("/")[1] for subject in checks if of_website(subject, website["id"])}
        why = why_attested(counting[website["id"]], places, manifest["doubts"])
        said = [each for each in told_of.get(website["id"], ()) if each[0] < end and (each[1] or end) > start]
        if why:
            print(f"{website['name']}: attested, {len(said)} outages, {length(said, start, end)} down ({why}).")
            continue
        monitor = counting[website["id"]][0]
        made = judged([row for row in rows if row[1] == monitor["id"]], monitor, manifest["states"])
        what = f"{len(made)} outages, {length(made, start, end)} down"
        print(f"{website['name']}: recomputed from {len(rows)} checks, {what}.")
        yield from differences(website["name"], made, said, start, end)


def why_attested(monitors, places, doubts):
    """Why a website's outages are not worked out here; empty when they are."""
    if len(monitors) != 1:
        return f"{len(monitors)} monitors decide together"
    if len(places) > 1:
        return f"{len(places)} places decide together"
    if any(doubt["place"] in places for doubt in doubts):
        return "a prober was not believed for a time, because of what it saw elsewhere"
    return ""


def judged(rows, monitor, states):
    """The outages that the checks of one monitor make: from, until (None: it goes on)."""
    vouch = timedelta(seconds=monitor["vouches_s"])
    found, down_since, bads, goods, seen_until = [], None, [], [], None
    for row in rows:
        at, state = EPOCH + timedelta(microseconds=row[2]), states[row[4]]
        if state == "unknown":
            continue
        if seen_until is not None and at > seen_until:
            bads, goods = [], []
        seen_until = at + vouch
        if state == "down":
            goods, bads = [], [*bads, at]
            if down_since is None and len(bads) >= monitor["bad_needed"]:
                down_since = bads[0]
            continue
        goods = [*goods[-1:], at] if goods else [at]
        if down_since is None:
            bads = []
        elif len(goods) >= monitor["good_needed"]:
            found.append((down_since, goods[-monitor["good_needed"]]))
            down_since, bads = None, []
    return [*found, (down_since, None)] if down_since is not None else found


def differences(name, made, said, start, end):
    """What the checks make and the facts do not tell, and the other way round. Edges outside the bundle are unknown."""
    known_made, known_said = {each for each in made if each[0] > start}, {each for each in said if each[0] > start}
    for since_at, until in sorted(known_made - known_said, key=str):
        if until is None or until < end:
            yield f"{name}: by the checks it was down {since_at} to {until}, and no sealed fact says so"
    for since_at, until in sorted(known_said - known_made, key=str):
        if until is None or until < end:
            yield f"{name}: a sealed fact says down {since_at} to {until}, and the checks do not"


def told_outages(facts):
    """The outages by website that the facts tell of, corrected ones as corrected."""
    began, ended, gone = {}, {}, set()
    for lines in facts.values():
        for line in lines:
            kind, body = line.split("|")[1], json.loads(unescaped(line.split("|", 9)[9]))
            if kind == OPENED:
                began[body["outage_id"]] = (body["website_id"], instant(body["started_at"]))
            elif kind == CLOSED:
                ended[body["outage_id"]] = instant(body["ended_at"])
            elif kind == VOIDED:
                gone.add(body["outage_id"])
            elif kind == CORRECTED:
                gone.add(body["outage_id"])
                began[body["corrected_id"]] = (body["website_id"], instant(body["started_at"]))
                if body["ended_at"]:
                    ended[body["corrected_id"]] = instant(body["ended_at"])
    found = defaultdict(list)
    for outage_id, (website_id, at) in sorted(began.items()):
        if outage_id not in gone:
            found[website_id].append((at, ended.get(outage_id)))
    return found


def read_checks(folder, manifest):
    """The rows of each subject: website, monitor, instant in microseconds, prober, code, and the canonical text."""
    found = defaultdict(list)
    for file in manifest["files"]:
        for values in parquet(folder / file["name"]):
            row = dict(zip(COLUMNS, values, strict=True))
            at_us = (row["base_ms"] + row["minute"] * MINUTE_MS + row["late_ms"]) * 1000 + row["at_micro"]
            subject = f"checks/{file['place']}/{row['website']}/{file['day']}/{file['part']}"
            key = (row["website"], row["monitor"], at_us, row["prober"], row["code"], line_of(row, at_us))
            found[subject].append(key)
    return {subject: sorted(rows) for subject, rows in found.items()}


def line_of(row, at_us):
    """The canonical text of a check."""
    phases = [row[f"{each}_base"] + row[f"{each}_over"] for each in PHASES]
    whole = sum(phases) + row["rest_base"] + row["rest_over"]
    ends = "" if row["cert_not_after_s"] is None else row["cert_not_after_s"]
    fields = (row["monitor"], at_us, row["prober"], row["code"], row["status"], *phases, whole, row["address"], ends)
    return "|".join(str(each) for each in (*fields, row["cert_sha256"], escaped(row["detail"])))


def text_of(rows):
    """How many rows, and their canonical text."""
    return len(rows), "".join(f"{row[5]}\n" for row in rows)


def read_facts(folder):
    """The lines of each subject."""
    return {
        f"facts/{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8").split("\n")[:-1]
        for path in sorted((folder / "facts").glob("*/*.txt"))
    }


def parquet(path):
    """The rows of a file, with whichever of the two libraries is there."""
    names = ", ".join(COLUMNS)
    try:
        import duckdb
    except ImportError:
        from pyarrow import parquet as arrow

        table = arrow.read_table(path, columns=list(COLUMNS)).to_pydict()
        return list(zip(*(table[name] for name in COLUMNS), strict=True))
    with duckdb.connect() as database:
        return database.execute(f"SELECT {names} FROM read_parquet(?)", [str(path)]).fetchall()  # noqa: S608


def leaf_hash(data):
    """RFC 6962, section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left, right):
    """RFC 6962, section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def is_included(leaf, index, size, path, root):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old_size, old_root, size, root, path):
    """RFC 9162, section 2.1.4.2."""
    if old_size == size:
        return not path and old_root == root
    if not 0 < old_size < size:
        return False
    path = path if old_size & (old_size - 1) else [old_root, *path]
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = found = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, found = node_hash(each, old_found), node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def escaped(text):
    """A text as it stands in a canonical line."""
    return text.replace("\\", "\\\\").replace("|", "\\p").replace("\n", "\\n").replace("\r", "\\r")


def unescaped(text):
    """The text that stands in a canonical line so."""
    parts = text.split("\\\\")
    return "\\".join(each.replace("\\p", "|").replace("\\n", "\n").replace("\\r", "\r") for each in parts)


def told(subject):
    """A subject in words."""
    kind, *rest = subject.split("/")
    if kind == "facts":
        return f"the facts recorded on {rest[1]}"
    place, website, day, part = rest
    return f"the checks of website {website} on {day} from {place}" + (f", part {part}," if part != "0" else "")


def of_website(subject, website_id):
    """Whether a subject is of the website."""
    return subject.split("/")[2] == str(website_id)


def instant(text):
    """An instant from ISO 8601."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def length(stretches, start, end):
    """How long all of them are within the time of the bundle."""
    whole = sum((min(until or end, end) - max(since_at, start) for since_at, until in stretches), timedelta())
    return str(max(whole, timedelta()))


if __name__ == "__main__":
    sys.exit(main())
