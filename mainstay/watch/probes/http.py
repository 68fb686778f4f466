"""Is a page there, and is it the right one: http and https.

The name is resolved and every address checked before anything connects; each redirect begins anew. The website is up
when the last answer has an expected status and holds what it should.
"""

import base64
import json
import re
from typing import Annotated, Any, Literal, Self

import jsonpath_rfc9535 as jsonpath
from pydantic import AfterValidator, Field, model_validator

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Spec, Steps
from mainstay.watch.probes import fetching
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, ending, seconds

HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")
NOT_TO_BE_SET = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie", "authorization"})
STATUS_MIN, STATUS_MAX = 100, 599
CHARSET = re.compile(r"charset=\"?([\w-]+)", re.I)

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _checked_header(line: str) -> str:
    if not HEADER.fullmatch(line):
        raise ValueError(f"{line!r} is no header: write Name: value.")
    if line.partition(":")[0].lower() in NOT_TO_BE_SET:
        raise ValueError(f"The header {line.partition(':')[0]} cannot be set here.")
    return line


def _checked_range(pair: tuple[int, int]) -> tuple[int, int]:
    if not STATUS_MIN <= pair[0] <= pair[1] <= STATUS_MAX:
        raise ValueError(f"A status is from {STATUS_MIN} to {STATUS_MAX}, the lower one first.")
    return pair


def _checked_path(path: str) -> str:
    if path:
        try:
            jsonpath.compile(path)
        except jsonpath.JSONPathError as problem:
            raise ValueError(f"{path!r} is no JSONPath (RFC 9535): {problem}.") from problem
    return path


class Settings(ProbeSettings):
    """What an answer must be, and how it is asked for."""

    expect_status: Annotated[
        tuple[Annotated[tuple[int, int], AfterValidator(_checked_range)], ...],
        Field(title="Expected status", description="Numbers or ranges, as in 200-399, 401.", min_length=1),
    ] = ((200, 399),)
    slow_ms: Annotated[
        int | None,
        Field(
            title="Slow from (milliseconds)",
            description="An answer that takes this long makes the website degraded, never down.",
            ge=1,
            le=60_000,
        ),
    ] = None
    contains: Annotated[
        str, Field(title="Words on the page", description="The page must hold them.", max_length=500)
    ] = ""
    absent: Annotated[
        str, Field(title="Words not on the page", description="The page must not hold them.", max_length=500)
    ] = ""
    json_path: Annotated[
        str,
        Field(title="JSON path", description="What to look at in a JSON answer, as in $.status.", max_length=500),
        AfterValidator(_checked_path),
    ] = ""
    json_equals: Annotated[
        str,
        Field(title="JSON value", description="What must stand there. Empty: anything, but something.", max_length=500),
    ] = ""
    redirects: Annotated[
        Literal["follow", "stop"],
        Field(title="Redirects", description="Follow them, or judge the first answer as it is."),
    ] = "follow"
    leads_to: Annotated[
        str,
        Field(
            title="Leads to", description="The address that redirects must end at; it may end in *.", max_length=2000
        ),
    ] = ""
    method: Annotated[Method, Field(title="Method")] = "GET"
    headers: Annotated[
        tuple[Annotated[str, AfterValidator(_checked_header)], ...],
        Field(title="Headers", description="One a line, as in Accept: text/html.", max_length=30),
    ] = ()
    body: Annotated[str, Field(title="Body", description="What is sent with the request.", max_length=65_536)] = ""
    basic_user: Annotated[
        str, Field(title="User name", description="For basic authentication.", max_length=200, pattern=r"^[^:]*$")
    ] = ""
    basic_password: Annotated[str, Field(title="Password", max_length=500)] = ""
    bearer: Annotated[
        str,
        Field(title="Bearer token", description="Sent as Authorization: Bearer.", max_length=4000, pattern=r"^\S*$"),
    ] = ""
    family: Annotated[Family, Field(title="Addresses", description="IPv4, IPv6, or either.")] = Family.ANY

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.method == "HEAD" and self.reads_body:
            raise ValueError("With the method HEAD there is no page to read: choose GET.")
        if self.json_equals and not self.json_path:
            raise ValueError("A JSON value needs the JSON path at which it stands.")
        if self.bearer and self.basic_user:
            raise ValueError("Either a user name or a bearer token, not both.")
        if self.body and self.method in ("GET", "HEAD"):
            raise ValueError(f"With the method {self.method} no body is sent: choose POST.")
        return self

    @property
    def reads_body(self) -> bool:
        return bool(self.contains or self.absent or self.json_path)

    @property
    def credentials(self) -> tuple[str, ...]:
        """The header line that proves who asks."""
        if self.bearer:
            return (f"Authorization: Bearer {self.bearer}",)
        if self.basic_user:
            pair = base64.b64encode(f"{self.basic_user}:{self.basic_password}".encode()).decode()
            return (f"Authorization: Basic {pair}",)
        return ()


@ending
def probe(spec: Spec) -> Steps:
    """Follow the address to its page, or to what stands in the way."""
    trail, wanted = Trail(spec), spec.settings or DEFAULT
    request = fetching.Request(
        spec.url,
        wanted.method,
        wanted.headers,
        wanted.credentials,
        wanted.body.encode(),
        keeps_body=wanted.reads_body,
        family=wanted.family,
    )
    limit = fetching.REDIRECTS_MAX if wanted.redirects == "follow" else 0
    answer = yield from fetching.follow(trail, request, limit)
    status = answer.fetched.status
    if not any(low <= status <= high for low, high in wanted.expect_status):
        return trail.finding(Code.HTTP_STATUS, str(status), status)
    if wanted.leads_to and not _leads(answer, wanted.leads_to):
        return trail.finding(Code.REDIRECT_UNWANTED, wanted.leads_to, status)
    if (wrong := _wrong_content(answer, wanted)) is not None:
        return trail.finding(*wrong, status)
    if wanted.slow_ms and trail.phases.total_us >= wanted.slow_ms * 1000:
        return trail.finding(Code.SLOW, seconds(trail.phases.total_us / 1_000_000), status)
    return trail.finding(Code.OK, status=status)


def _leads(answer: fetching.Answer, wanted: str) -> bool:
    """Whether the last address is the wanted one; where redirects are not followed, whether it leads there."""
    there = answer.fetched.redirect_url if answer.is_redirect else answer.url
    return there.startswith(wanted[:-1]) if wanted.endswith("*") else there.rstrip("/") == wanted.rstrip("/")


def _wrong_content(answer: fetching.Answer, wanted: Settings) -> tuple[Code, str] | None:
    """What is wrong with the page, if anything."""
    if not wanted.reads_body:
        return None
    text = page_text(answer)
    if wanted.contains and wanted.contains not in text:
        return Code.TEXT_MISSING, wanted.contains
    if wanted.absent and wanted.absent in text:
        return Code.TEXT_UNWANTED, wanted.absent
    if wanted.json_path and not json_holds(text, wanted.json_path, wanted.json_equals):
        return Code.JSON_WRONG, wanted.json_path
    return None


def page_text(answer: fetching.Answer) -> str:
    """The page in the character set that it names, else UTF-8; what cannot be read is replaced."""
    named = dict(answer.fetched.headers).get("content-type", "")
    found = CHARSET.search(named)
    try:
        return answer.fetched.body.decode(found[1] if found else "utf-8", errors="replace")
    except (LookupError, UnicodeError):  # there is no such set, or it is none that a page can be in
        return answer.fetched.body.decode("utf-8", errors="replace")


def json_holds(text: str, path: str, equals: str) -> bool:
    """Whether something stands at `path` of the JSON `text`, and where `equals` is set, whether one of it is that."""
    try:
        values = jsonpath.find(path, json.loads(text)).values()
    except (ValueError, RecursionError, jsonpath.JSONPathError):
        return False
    return any(_as_text(value) == equals for value in values) if equals else bool(values)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


DEFAULT = Settings()
KIND = Kind(
    key="http",
    label="Web page",
    explanation="Asks for a page over http or https, and looks at its status and its content.",
    pointed=Pointed.URL,
    settings=Settings,
    probe=probe,
    secrets=("basic_password", "bearer"),
)
