"""Checks a bundle of evidence, alone: it needs Python 3.10 or newer and duckdb or pyarrow, and nothing of Mainstay.

    python3 verify.py                     checks the folder that it lies in
    python3 verify.py --since SIZE:ROOT   and that the log began as an older head says, which you kept from a report

It says in plain words what is wrong, and ends with status 1 where anything is. What it does:

1. Each sealed entry is hashed and followed up to the root of the tree (RFC 6962) that the bundle names. Hold that root
   against the one in a report or letter of the time.
2. The checks and the facts in the bundle are written in their canonical text and hashed: they must be what was sealed.
3. From the checks, the outages of each website are worked out anew, by the rules that stand below, and must be those
   that the sealed facts tell of.
4. By the terms in the bundle the time is divided into up, degraded, down and charged, down and not charged, unknown and
   outside the agreement. These figures must be those of Mainstay and of the reports that were issued.

What is worked out so is called recomputed. What rests on something that is not in the bundle is called attested: a
failure that was not believed because other clients' websites failed at the same time, a past that another monitor saw,
and what was before the bundle begins. Each is named with how much time it is about.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from mainstay.watch.evidence.verify.comparing import (
    Figures,
    Worked,
    attested_time,
    differences,
    hidden,
    outages_compared,
    pauses,
    report_of,
    seconds_of,
    summed,
    told_outages,
    why_attested,
)
from mainstay.watch.evidence.verify.instants import instant, lasting, said
from mainstay.watch.evidence.verify.proofs import seals, since
from mainstay.watch.evidence.verify.rows import days_of, each_of
from mainstay.watch.evidence.verify.sealed import contents, read_facts
from mainstay.watch.evidence.verify.seen import gathered, reader
from mainstay.watch.evidence.verify.website import websites_of


def main():
    """Check the bundle; the exit status."""
    words = argparse.ArgumentParser(description="Checks a bundle of evidence.")
    words.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    words.add_argument("--since", default="", help="an older head that you kept, as SIZE:ROOT")
    given = words.parse_args()
    folder = Path(given.folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    head = manifest["head"]
    print(f"{manifest['client']}, {manifest['from']} to {manifest['to']}, sealed log {head['size']}:{head['root']}")
    files, facts = reader(), read_facts(folder)
    checks = digests(files, folder, manifest)
    problems = [*seals(manifest), *contents(manifest, checks, facts), *since(manifest, given.since)]
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
    seen = gathered(files, days, websites, manifest["states"])
    start, end = (instant(manifest["covered"][name]) for name in ("from", "to"))
    told = told_outages(manifest["open_at_start"], facts)
    reports = {}
    for account in manifest["accounts"]:
        if account["report"] is not None:
            reports[account["report"]], problem = report_of(folder, account, facts)
            if problem:
                yield problem
    for website in websites:
        worked = Worked(website, seen)
        yield from pauses(website, facts, start, end)
        yield from hidden(worked)
        why = why_attested(worked, start)
        if not why:
            yield from outages_compared(worked, told.get(website.id, ()), start, end)
        print(f"{website.name}: {counts[website.id]} checks, outages: {len(worked.outages)}.")
        for account in manifest["accounts"]:
            yield from counted(worked, account, manifest, start, why, reports)


def counted(worked, account, manifest, covered, why, reports):
    """One website's figures as an account counts them: printed, and held against those that were told."""
    website = worked.website
    told = list(told_figures(website, account, reports))
    if not told:
        return
    if why:
        if account["report"] is None:
            print(f"    attested, since {why}: {summed(told[0][1])}.")
        return
    figures = Figures(worked, account, manifest["rules"], manifest["terms"], covered)
    if account["report"] is None:
        print(f"    recomputed: {summed(seconds_of(figures.exact))}.")
        for each in attested(worked, figures, covered):
            print(f"    of it attested: {each}")
    for what, said_seconds, first, last in told:
        if max(first, figures.begins) >= covered:
            yield from differences(worked, what, seconds_of(figures.within(first, last)), said_seconds)


def told_figures(website, account, reports):
    """What an account says of a website: in which words, the seconds, and of which stretch of time."""
    start, end = instant(account["from"]), instant(account["to"])
    if account["report"] is None:
        yield "Mainstay", account["figures"][str(website.id)], start, end
        return
    report = reports.get(account["report"])
    for each in report["websites"] if report else ():
        if (each["url"], each["name"]) == (website.url, website.name):
            name = f"report no. {account['report']}"
            yield f"{name}, of {report['period']['month']},", each["month"], start, end
            year = {**each["year"], "lower": each["budget"]["lower"], "upper": each["budget"]["upper"]}
            years = [instant(report["parties"][name]) for name in ("year_starts_at", "year_ends_at")]
            yield f"{name}, of the contract year,", year, *years


def attested(worked, figures, covered):
    """What of the figures rests on something that is not in the bundle."""
    website = worked.website
    withheld = attested_time(website, figures.start, figures.end)
    if withheld:
        yield f"{lasting(withheld)} in which failures were not believed, because of what the prober saw elsewhere"
    if website.is_partly_given:
        yield "what another monitor saw, before Mainstay looked itself"
    if website.open_at_start is not None:
        yield f"that it was down already when the checks here begin, at {said(covered)}"
    if figures.carried:
        yield f"{lasting(figures.carried)} of unknown time in the contract year before the checks here begin"


if __name__ == "__main__":
    sys.exit(main())
