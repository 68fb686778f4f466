"""Can a visitor do what the website is for: a visit in several steps, as people would describe it.

The steps are lines of words:

    open /login                  go to an address of the website
    fill user = ada              write into a field, by its name
    fill password = {password}   the same with one of the hidden values
    press Sign in                send the form by its button, as the button reads
    follow My account            go where a link leads, as the link reads
    see Welcome                  the page must hold these words
    not see Error                the page must not hold them
    status 404                   the page must come with this status (else any of 200 to 399 is good)
"""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Annotated, Any, NoReturn, Self
from urllib.parse import urlencode, urljoin

from pydantic import Field, model_validator

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Operation, Spec, Steps
from mainstay.watch.probes import fetching
from mainstay.watch.probes.cookies import VisitJar
from mainstay.watch.probes.documents import Document
from mainstay.watch.probes.http import page_text
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, ending, seconds

STEPS_MAX = 30
GOOD = (200, 399)
FORM_TYPE = "Content-Type: application/x-www-form-urlencoded"
LINE = re.compile(r"(?P<verb>open|fill|press|follow|see|not see|status)\b\s*(?P<rest>.*)", re.I)
FILL = re.compile(r"(?P<name>[^=\s]+)\s*=\s?(?P<value>.*)")
STATUS = re.compile(r"[1-5]\d\d")
HIDDEN = re.compile(r"\{(\w+)\}")
VALUE = re.compile(r"(\w+)\s*=\s?(.*)")

Part = Generator[Operation, Any, None]


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what is done, and with what. `name` is the field that is filled."""

    verb: str
    text: str
    name: str = ""


def read_step(line: str) -> Step:
    """A line as a step.

    Raises:
        ValueError: it is none.
    """
    found = LINE.fullmatch(line.strip())
    if found is None:
        raise ValueError(f"{line!r} is no step: begin with open, fill, press, follow, see, not see or status.")
    verb, rest = found["verb"].lower(), found["rest"].strip()
    if verb == "fill":
        pair = FILL.fullmatch(rest)
        if pair is None:
            raise ValueError(f"{line!r} fills nothing: write fill name = value.")
        return Step(verb, pair["value"], pair["name"])
    if not rest and verb != "press":
        raise ValueError(f"{line!r} does not say what.")
    if verb == "status" and not STATUS.fullmatch(rest):
        raise ValueError(f"{line!r} is no status: write a number as 404.")
    return Step(verb, rest)


class Settings(ProbeSettings):
    """The steps, and the values that are not to be seen in them."""

    steps: Annotated[
        tuple[str, ...],
        Field(
            title="Steps",
            description="One a line: open /login, fill user = ada, fill password = {password}, press Sign in, "
            "follow My account, see Welcome, not see Error, status 404.",
            max_length=STEPS_MAX,
        ),
    ] = ("open /",)
    values: Annotated[
        str,
        Field(
            title="Hidden values",
            description="One a line, as password = secret: what {password} in the steps stands for.",
            max_length=4000,
        ),
    ] = ""
    slow_ms: Annotated[
        int | None,
        Field(title="Slow from (milliseconds)", description="The whole visit: degraded, never down.", ge=1, le=60_000),
    ] = None

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        hidden = self.hidden()
        steps = self.read()
        if not steps or steps[0].verb != "open":
            raise ValueError("A visit begins with open.")
        for step in steps:
            for name in HIDDEN.findall(step.text) if step.verb == "fill" else ():
                if name not in hidden:
                    raise ValueError(f"There is no hidden value {name}.")
        return self

    def read(self) -> tuple[Step, ...]:
        return tuple(read_step(each) for each in self.steps)

    def hidden(self) -> dict[str, str]:
        """The hidden values by their names."""
        found = {}
        for line in filter(str.strip, self.values.splitlines()):
            pair = VALUE.fullmatch(line.strip())
            if pair is None:
                raise ValueError("A hidden value is written as name = value.")
            found[pair[1]] = pair[2]
        return found


@dataclass(slots=True)
class _Visit:
    """Where the visitor is: the page, and what was written into its fields."""

    trail: Trail
    hidden: dict[str, str]
    jar: VisitJar = field(default_factory=VisitJar)
    url: str = ""
    status: int = 0
    page: Document | None = None
    filled: dict[str, str] = field(default_factory=dict)
    step: str = ""

    def fail(self) -> NoReturn:
        self.trail.end(Code.STEP_FAILED, self.step, self.status)

    def go(self, url: str, method: str = "GET", body: bytes = b"") -> Part:
        """Ask for a page, and be on it."""
        headers = (FORM_TYPE,) if method == "POST" else ()
        request = fetching.Request(url, method, headers, body=body, keeps_body=True, jar=self.jar)
        answer = yield from fetching.follow(self.trail, request)
        self.url, self.status = answer.url, answer.fetched.status
        self.page, self.filled = Document(answer.url, page_text(answer)), {}


@ending
def probe(spec: Spec) -> Steps:
    """Go through the steps; end at the first that does not succeed."""
    wanted = spec.settings or Settings()
    trail = Trail(spec)
    visit = _Visit(trail, wanted.hidden(), url=spec.url)
    steps = wanted.read()
    for number, step in enumerate(steps):
        visit.step = f"step {number + 1} ({_shown(wanted.steps[number])})"
        yield from DOING[step.verb](visit, step)
        following = steps[number + 1].verb if number + 1 < len(steps) else ""
        moved = step.verb in ("open", "press", "follow")
        if moved and following != "status" and not GOOD[0] <= visit.status <= GOOD[1]:
            visit.fail()
    if wanted.slow_ms and trail.phases.total_us >= wanted.slow_ms * 1000:
        return trail.finding(Code.SLOW, seconds(trail.phases.total_us / 1_000_000), visit.status)
    return trail.finding(Code.OK, status=visit.status)


def _open(visit: _Visit, step: Step) -> Part:
    yield from visit.go(urljoin(visit.trail.spec.url, step.text))


def _fill(visit: _Visit, step: Step) -> Part:
    visit.filled[step.name] = HIDDEN.sub(lambda found: visit.hidden[found[1]], step.text)
    yield from ()


def _press(visit: _Visit, step: Step) -> Part:
    form = _page(visit).form(step.text, frozenset(visit.filled))
    if form is None or not visit.filled.keys() <= form.names:
        visit.fail()
    sent = urlencode({**form.fields, **visit.filled})
    if form.method == "POST":
        yield from visit.go(form.url, "POST", sent.encode())
    else:
        yield from visit.go(f"{form.url.partition('#')[0].partition('?')[0]}?{sent}")


def _follow(visit: _Visit, step: Step) -> Part:
    url = _page(visit).link(step.text)
    if url is None:
        visit.fail()
    yield from visit.go(url)


def _see(visit: _Visit, step: Step) -> Part:
    if " ".join(step.text.split()) not in _page(visit).words:
        visit.fail()
    yield from ()


def _not_see(visit: _Visit, step: Step) -> Part:
    if " ".join(step.text.split()) in _page(visit).words:
        visit.fail()
    yield from ()


def _status(visit: _Visit, step: Step) -> Part:
    if visit.status != int(step.text):
        visit.fail()
    yield from ()


def _page(visit: _Visit) -> Document:
    if visit.page is None:
        visit.fail()
    return visit.page


def _shown(line: str) -> str:
    """The line as it is told: what is written into a field stays out of it."""
    return line.partition("=")[0].strip() if line.lower().startswith("fill") else line.strip()


DOING: dict[str, Callable[[_Visit, Step], Part]] = {
    "open": _open,
    "fill": _fill,
    "press": _press,
    "follow": _follow,
    "see": _see,
    "not see": _not_see,
    "status": _status,
}

KIND = Kind(
    key="journey",
    label="Visit",
    explanation="Goes through the website as a visitor does: opens pages, signs in, searches, follows links.",
    pointed=Pointed.URL,
    settings=Settings,
    probe=probe,
    counts=False,
    interval_s=300,
    secrets=("values",),
)
