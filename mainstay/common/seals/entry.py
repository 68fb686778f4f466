"""What a leaf of the log says. Pure."""

import re
from dataclasses import dataclass
from hashlib import sha256

WORD = re.compile(r"[^\s\x00-\x1f]+")
FORM = "mainstay seal 1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is sealed: `subject` names it and nothing else, `count` is how many rows it is made of.

    `sha256` is that of its canonical bytes, in hex. Neither subject nor kind holds white space.
    """

    subject: str
    count: int
    sha256: str

    def __post_init__(self) -> None:
        if not WORD.fullmatch(self.subject) or not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(f"{self.subject!r} or {self.sha256!r} cannot be sealed")

    @property
    def text(self) -> str:
        """The lines that the leaf's hash is made of."""
        return f"{FORM}\nsubject {self.subject}\nrows {self.count}\nsha256 {self.sha256}\n"

    @classmethod
    def of_lines(cls, subject: str, lines: list[str]) -> "Entry":
        """An entry over lines of text: each ends with a line feed in what is hashed."""
        content = "".join(f"{line}\n" for line in lines)
        return cls(subject, len(lines), sha256(content.encode()).hexdigest())


def escaped(text: str) -> str:
    """`text` without the characters that separate fields and lines."""
    return text.replace("\\", "\\\\").replace("|", "\\p").replace("\n", "\\n").replace("\r", "\\r")
