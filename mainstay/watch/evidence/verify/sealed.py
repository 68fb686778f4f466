"""What was sealed: the canonical text of checks and facts, and whether the bundle holds just that."""

import json
from hashlib import sha256

PHASES = ("name", "connect", "tls", "first_byte", "body")


def contents(manifest, checks, facts):
    """The checks and facts are those that were sealed. Both by subject: how many lines, and the SHA-256 of them."""
    found = {**checks, **{subject: digest_of(lines) for subject, lines in facts.items()}}
    for leaf in manifest["leaves"]:
        subject = leaf["subject"]
        if subject not in found:
            yield f"{told(subject)} are sealed, and missing here"
            continue
        count, digest = found.pop(subject)
        sealed_count = int(leaf["entry"].split("rows ", 1)[1].split("\n", 1)[0])
        if f"sha256 {digest}\n" not in leaf["entry"]:
            same = count == sealed_count
            change = "as many as were sealed" if same else f"{sealed_count} were sealed, {count} are here"
            yield f"{told(subject)} were altered ({change})"
    for subject in found:
        yield f"{told(subject)} were never sealed: they were put in"


def digest_of(lines):
    """How many lines, and the SHA-256 of their text."""
    return len(lines), sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def line_of(row):
    """The instant of a check, and its canonical text."""
    at = (row["base_ms"] + row["minute"] * 60_000 + row["late_ms"]) * 1000 + row["at_micro"]
    phases = [row[f"{each}_base"] + row[f"{each}_over"] for each in PHASES]
    whole = sum(phases) + row["rest_base"] + row["rest_over"]
    ends = "" if row["cert_not_after_s"] is None else row["cert_not_after_s"]
    fields = (row["monitor"], at, row["prober"], row["code"], row["status"], *phases, whole, row["address"], ends)
    return at, "|".join(str(each) for each in (*fields, row["cert_sha256"], escaped(row["detail"])))


def read_facts(folder):
    """The lines of each subject."""
    return {
        f"facts/{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8").split("\n")[:-1]
        for path in sorted((folder / "facts").glob("*/*.txt"))
    }


def facts_told(facts, *kinds):
    """Of the facts, those of some kinds, in their order: kind, when it happened, and its fields."""
    for lines in facts.values():
        for line in lines:
            fields = line.split("|", 9)
            if fields[1] in kinds:
                yield fields[1], int(fields[4]), json.loads(unescaped(fields[9]))


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
