"""Figures that were told, Mainstay's own and those of issued reports, held against what the checks make."""

import json
from hashlib import sha256

from mainstay.watch.evidence.verify.counting import CHARGED, EXCLUDED, OUTSIDE, TO_COME
from mainstay.watch.evidence.verify.instants import SECOND, instant, lasting, said
from mainstay.watch.evidence.verify.judging import DEGRADED, UNKNOWN, UP
from mainstay.watch.evidence.verify.timeline import united
from mainstay.watch.evidence.verify.website import PROBER

WORDS = {
    UP: "up",
    DEGRADED: "degraded",
    CHARGED: "down and charged",
    "lower": "down and charged at least",
    "upper": "down and charged at most",
    EXCLUDED: "down and not charged",
    UNKNOWN: "unknown",
    OUTSIDE: "outside the agreement",
    TO_COME: "yet to come",
}


class Account:
    """A stretch of time of which figures were told: by Mainstay itself, or by a report that was issued."""

    def __init__(self, said_account, folder, told):
        self.said, self.number = said_account, said_account["report"]
        self.start, self.end = instant(said_account["from"]), instant(said_account["to"])
        self.report, self.problem, self.issued_at = None, "", None
        if self.number is not None:
            self._read(folder / said_account["file"], told.reports.get(self.number))

    def _read(self, path, issued):
        """The figures of a report, which must be those whose digest was sealed when it was issued."""
        name = f"report no. {self.number}"
        if not path.is_file():
            self.problem = f"{name} is missing here"
            return
        content = path.read_bytes()
        if issued is not None:
            self.issued_at = instant(issued["issued_at"])
            if issued["figures_sha256"] != sha256(content).hexdigest():
                self.problem = f"{name} is not the one that was issued: its figures were altered"
        self.report = json.loads(content)

    def told(self, website):
        """What is told of a website: in which words, the seconds, and of which stretch of time."""
        if self.number is None:
            yield "Mainstay", self.said["figures"][str(website.id)], self.start, self.end
        for each in self.report["websites"] if self.report else ():
            if is_of(each, website):
                name, parties = f"report no. {self.number}", self.report["parties"]
                yield f"{name}, of {self.report['period']['month']},", each["month"], self.start, self.end
                year = {**each["year"], "lower": each["budget"]["lower"], "upper": each["budget"]["upper"]}
                edges = instant(parties["year_starts_at"]), instant(parties["year_ends_at"])
                yield f"{name}, of the contract year,", year, *edges

    def strangers(self, websites):
        """Websites of a report that are none of these."""
        for each in self.report["websites"] if self.report else ():
            if not any(is_of(each, website) for website in websites):
                yield f"report no. {self.number} tells of {each['name']}, and nothing of that website is here"


def is_of(figures, website):
    """Whether the figures of a report are a website's, whose name or address may be another since."""
    return figures["url"] == website.url or figures["name"] == website.name


def differences(worked, what, made, figures):
    """Figures in seconds that are not those which the checks make, both named."""
    for key, word in WORDS.items():
        if key in figures and abs(made[key] - figures[key]) > worked.tolerance(key):
            yield (
                f"{worked.website.name}: {what} says {lasting(figures[key] * SECOND)} {word}, the checks make "
                f"{lasting(made[key] * SECOND)}"
            )


def attested(worked, figures, covered):
    """What of the figures rests on something that is not in the bundle."""
    website = worked.website
    withheld = attested_time(website, figures.start, figures.end)
    if withheld:
        yield f"{lasting(withheld)} in which failures were not believed, because of what the prober saw elsewhere"
    for outages, word in ((website.stated, "down"), (website.taken_back, "not down, as the checks make it,")):
        for each in outages:
            yield f"that it was {word} from {said(each.start)} to {said(each.end)}, as a person says"
    for start, end in figures.planned:
        if any(each.start < end and (each.end or end) > start for each in worked.outages):
            yield f"that work was planned, and announced in time, from {said(start)} to {said(end)}"
    if website.is_partly_given:
        yield "what another monitor saw, before Mainstay looked itself"
    if website.open_at_start is not None:
        yield f"that it was down already when the checks here begin, at {said(covered)}"
    if figures.carried:
        yield f"{lasting(figures.carried)} of unknown time in the contract year before the checks here begin"


def attested_time(website, start, end):
    """How much of [start, end) is unknown because a place was not believed."""
    gaps = (each for each in website.gaps if each[4] == PROBER)
    found = united((max(low, start), min(high, end)) for _, _, low, high, _ in gaps if max(low, start) < min(high, end))
    return sum(high - low for low, high in found)


def why_attested(worked, covered):
    """Why a website's figures cannot be worked out here; empty when they can be."""
    website = worked.website
    if website.known_from is not None and website.known_from > covered:
        return f"it was watched by other rules before {said(website.known_from)}"
    return ""


def summed(seconds):
    """Figures in one line."""
    parts = ", ".join(f"{WORDS[name]} {lasting(seconds[name] * SECOND)}" for name in (UP, DEGRADED, EXCLUDED, UNKNOWN))
    bounds = f"at least {lasting(seconds['lower'] * SECOND)}, at most {lasting(seconds['upper'] * SECOND)}"
    rest = "".join(f", {WORDS[name]} {lasting(seconds[name] * SECOND)}" for name in (OUTSIDE, TO_COME) if seconds[name])
    if seconds.get("excess"):
        bounds += f"; {lasting(seconds['excess'] * SECOND)} of it unknown, past its allowance"
    return f"{WORDS[CHARGED]} {lasting(seconds[CHARGED] * SECOND)} ({bounds}), {parts}{rest}"
