"""Checks a bundle of evidence, alone: it needs Python 3.10 or newer and duckdb or pyarrow, and nothing of Mainstay.

    python3 verify.py                     checks the folder that it lies in
    python3 verify.py --since SIZE:ROOT   and that the log began as an older head says, which you kept from a report

It says in plain words what is wrong, and ends with status 1 where anything is. What it does:

1. Each sealed entry is hashed and followed up to the root of the tree (RFC 6962) that the bundle names. Hold that root
   against the one in a report or letter of the time. Where an authority stamped a root (RFC 3161), OpenSSL checks the
   stamp, given --stamp-roots FILE: the certificates of those whom you believe.
2. The checks and the facts in the bundle are written in their canonical text and hashed: they must be what was sealed.
3. From the checks, the outages of each website are worked out anew, by the rules that stand below, and must be those
   that the sealed facts tell of.
4. By the terms in the bundle the time is divided into up, degraded, down and charged, down and not charged, unknown and
   outside the agreement. These figures must be those of Mainstay and of the reports that were issued.

What is worked out so is called recomputed. What rests on something that is not in the bundle is called attested: a
failure that was not believed because other clients' websites failed at the same time, what a person put right, a past
that another monitor saw, and what was before the bundle begins. Each is named with the time that it is about.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from mainstay.watch.evidence.verify.accounts import Account, attested, differences, summed, why_attested
from mainstay.watch.evidence.verify.comparing import Told, definitions, grants, hidden, outages_compared
from mainstay.watch.evidence.verify.instants import instant
from mainstay.watch.evidence.verify.proofs import seals, since
from mainstay.watch.evidence.verify.rows import days_of, each_of
from mainstay.watch.evidence.verify.sealed import contents, read_facts
from mainstay.watch.evidence.verify.seen import gathered, reader
from mainstay.watch.evidence.verify.stamped import stamps
from mainstay.watch.evidence.verify.website import websites_of
from mainstay.watch.evidence.verify.worked import Figures, Worked, seconds_of


def main():
    """Check the bundle; the exit status."""
    words = argparse.ArgumentParser(description="Checks a bundle of evidence.")
    words.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    words.add_argument("--since", default="", help="an older head that you kept, as SIZE:ROOT")
    words.add_argument("--stamp-roots", default="", help="a PEM file of the time-stamping authorities you believe")
    given = words.parse_args()
    folder = Path(given.folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    head = manifest["head"]
    print(f"{manifest['client']}, {manifest['from']} to {manifest['to']}, sealed log {head['size']}:{head['root']}")
    files, facts = reader(), read_facts(folder)
    checks = digests(files, folder, manifest)
    problems = [*seals(manifest), *contents(manifest, checks, facts), *since(manifest, given.since)]
    for is_wrong, told in stamps(manifest, folder, given.stamp_roots):
        if is_wrong:
            problems.append(told)
        else:
            print(told)
    problems += recomputed(files, folder, manifest, facts, counts_of(checks))
    for each in problems:
        print(f"WRONG: {each}")
    if not problems:
        print("All is as it was sealed.")
    return 1 if problems else 0


def digests(files, folder, manifest):
    """By subject: how many checks there are, and the SHA-256 of their canonical text."""
    return {name: each for found in each_of(days_of(folder, manifest), files.digests) for name, each in found.items()}


def counts_of(checks):
    """How many checks there are of each website."""
    found = Counter()
    for subject, (count, _) in checks.items():
        found[int(subject.split("/")[2])] += count
    return found


def recomputed(files, folder, manifest, facts, counts):
    """Work every website out anew; what is wrong. `counts`: how many checks there are of each."""
    websites, days = list(websites_of(manifest)), list(days_of(folder, manifest))
    seen = gathered(files, days, websites, manifest["states"], manifest["passing"])
    start, end = (instant(manifest["covered"][name]) for name in ("from", "to"))
    told = Told(facts, manifest["open_at_start"])
    accounts = [Account(each, folder, told) for each in manifest["accounts"]]
    yield from (each.problem for each in accounts if each.problem)
    yield from (each for account in accounts for each in account.strangers(websites))
    for website in websites:
        worked = Worked(website, seen)
        print(f"{website.name}: {counts[website.id]} checks, outages: {len(worked.outages)}.")
        yield from definitions(website, told, start, end)
        yield from grants(website, told, instant(manifest["facts_until"]))
        yield from hidden(worked)
        if not why_attested(worked, start):
            yield from outages_compared(worked, told.outages.get(website.id, ()), start, end)
        for account in accounts:
            yield from compared(worked, account, manifest, told)


def compared(worked, account, manifest, told):
    """Hold what an account tells of a website against the checks: what differs, with both figures."""
    covered = instant(manifest["covered"]["from"])
    figures_told = list(account.told(worked.website))
    why = why_attested(worked, covered)
    if account.number is None and why:
        print(f"    attested, since {why}: {summed(figures_told[0][1])}.")
    if why or not figures_told:
        return
    figures = Figures(worked, account.said, manifest["rules"], manifest["terms"], covered)
    if account.number is None:
        print(f"    recomputed: {summed(seconds_of(figures.exact))}.")
        for each in attested(worked, figures, covered):
            print(f"    of it attested: {each}")
    entries = told.put_right_since(worked.website, account.issued_at) if account.issued_at is not None else 0
    many = "1 entry has" if entries == 1 else f"{entries} entries have"
    later = f" (since it was issued, {many} put the record right)" if entries else ""
    for what, seconds, first, last in figures_told:
        if max(first, figures.begins) >= covered:
            made = seconds_of(figures.within(first, last))
            yield from (f"{each}{later}" for each in differences(worked, what, made, seconds))


if __name__ == "__main__":
    sys.exit(main())
