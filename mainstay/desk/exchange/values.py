"""Values of foreign files: JSON, tables, instants, texts. Pure."""

import base64
import binascii
import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from mainstay.desk.exchange.draft import FileRefused, LeftOut, MessageDraft, NotTaken, Person, Reading, TicketDraft
from mainstay.desk.letters.clean import text_of
from mainstay.desk.letters.headers import message_ids, printable
from mainstay.desk.letters.parsed import FILE_BYTES_KEPT_MAX, FILES_KEPT_MAX, Part
from mainstay.desk.rules import SUBJECT_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX, tag_of

Row = dict[str, Any]
Note = Callable[[str, str], None]
LINE = "(line)"
"""The key that marks an entry as a line of a CSV file, which holds no messages."""
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a value raises that is none of the kind a field should hold."""

YEAR_MIN, YEAR_MAX = 1971, 2200
"""The years of instants that are taken: what lies beyond is no time of a ticket, and no calendar of a page shows it."""
_NO_DATE = ("0000-", "0001-01-01", "1900-01-01", "1970-01-01", "9999-")
"""How what programs write for "no date" or "never" begins: MySQL, .NET and Go, spreadsheets, Unix, the last year."""
_FORMS = ("%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or, where it is neither, Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def loaded(raw: bytes) -> Any:
    """The JSON in a file: one value, or one a line.

    Raises:
        FileRefused: it is none.
    """
    text = decoded(raw).strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # it may still be one object a line
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as problem:
        raise FileRefused("It is no JSON that can be read.") from problem


def is_json(raw: bytes) -> bool:
    """Whether a file begins as JSON does."""
    return decoded(raw[:200]).lstrip().startswith(("[", "{"))


def table(raw: bytes) -> list[tuple[int, Row]]:
    """The lines of a CSV file with their numbers, by heading in lower case. Comma, semicolon or tab divides it."""
    text = decoded(raw)
    head = text.split("\n", 1)[0]
    divider = max(",;\t", key=head.count)
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider)
    try:
        names = _headings(next(reader, []))
        lines = [(reader.line_num, line) for line in reader]
    except csv.Error as problem:
        raise FileRefused(f"Its table cannot be read: {problem}.") from problem
    return [(number, _row(names, line)) for number, line in lines if any(map(str.strip, line))]


def _headings(given: Iterable[str]) -> list[str]:
    """Headings in lower case; one that comes again gets a number, so that neither column hides the other."""
    names: list[str] = []
    for each in given:
        name = each.strip().lower()
        again = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({again + 1})" if again and name in names else name)
    return names


def _row(names: list[str], line: list[str]) -> Row:
    """A line by its headings; cells past the last one are named by their place."""
    beyond = (f"column {number}" for number in range(len(names) + 1, len(line) + 1))
    return dict(zip((*names, *beyond), line, strict=False))


def instant(*given: Any) -> datetime:
    """The first of `given` that is no empty value, as an instant; one without zone is UTC.

    Raises:
        NotTaken: it is none, or none that a calendar of today can show everywhere.
    """
    text = next(filter(None, map(_said_time, given)), "")
    if not text:
        raise NotTaken("it has no time")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = next((each for form in _FORMS if (each := _by_form(text, form))), None)  # type: ignore[assignment]
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise NotTaken(f"{text[:40]!r} is no time that can be read")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def last_instant(note: Note, *given: Any) -> datetime:
    """As `instant`, where one that cannot be read is noted and the next of `given` holds.

    Raises:
        NotTaken: none of them can be read.
    """
    told = [each for each in given if _said_time(each)]
    for each in told[:-1]:
        try:
            return instant(each)
        except NotTaken as problem:
            note("time of its end or last change", str(problem))
    return instant(*told[-1:])


def _said_time(value: Any) -> str:
    """What is said of a time; empty for what exports write where they know none."""
    said = "" if value in (None, False, 0) else str(value).strip().removesuffix(" UTC")
    return "" if said.startswith(_NO_DATE) else said


def _by_form(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None


def rows(value: Any) -> list[Row]:
    """The objects in a list; nothing where there is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def listed(value: Any) -> list[Any]:
    """The list that a value is; an empty one where it is none."""
    return value if isinstance(value, list) else []


def mapping(value: Any) -> Row:
    """The object that a value is; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A value as printable text."""
    return printable(str(value)).strip() if value not in (None, False) else ""


def body(value: Any, *, is_html: bool) -> tuple[str, str]:
    """Text and HTML of a message."""
    said = str(value or "")
    return (text_of(said).strip(), said) if is_html else (text(said), "")


def mail_id(value: Any) -> str:
    """A Message-ID in angle brackets; empty where there is none."""
    said = str(value or "").strip()
    found = message_ids(said if "<" in said else f"<{said}>") if said else []
    return found[0] if found else ""


def parts(files: Iterable[Row], note: Note, *, content: str = "data", name: str = "filename") -> tuple[Part, ...]:
    """The attachments whose content the export holds (base64); of the others it is noted why they are not taken."""
    found: list[Part] = []
    for each in files:
        called = text(each.get(name)) or "unnamed"
        data = _content(each.get(content))
        if not data:
            note(f"attachment {called[:100]}", "the export names it but does not hold its content")
        elif len(data) > FILE_BYTES_KEPT_MAX:
            note(f"attachment {called[:100]}", f"it is larger than {FILE_BYTES_KEPT_MAX // 1024**2} MB")
        elif len(found) == FILES_KEPT_MAX:
            note(f"attachment {called[:100]}", f"a message keeps {FILES_KEPT_MAX} files; this one is beyond them")
        else:
            found.append(Part(name=called, content_type="", content=data))
    return tuple(found)


def _content(value: Any) -> bytes:
    try:
        return base64.b64decode("".join(str(value or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def tags(given: Any, note: Note) -> tuple[str, ...]:
    """Tags as the desk writes them: of a list of words or of objects with a `name`, or of words with commas between."""
    found = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else []
    named = [text(each.get("name") if isinstance(each, dict) else each) for each in found]
    words = list(dict.fromkeys(filter(None, map(tag_of, named))))
    for each in named:
        if len(each) > TAG_LENGTH_MAX:
            note(f"tag {each[:60]}", f"it is longer than {TAG_LENGTH_MAX} characters: its end is not taken")
    for each in words[TAGS_MAX:]:
        note(f"tag {each}", f"a ticket has {TAGS_MAX} tags; this one is beyond them")
    return tuple(words[:TAGS_MAX])


def owner(who: Person, note: Note) -> Person | None:
    """Whoever had a ticket in hand; it is noted where no mail address tells who that is."""
    if who.address:
        return who
    if who.name.strip("- 0"):
        note(f"owner {who.name[:60]}", "no mail address of theirs is in the files")
    return None


def gathered(
    product: str,
    entries: Sequence[Row],
    named: Callable[[Row], str],
    make: Callable[[Row, Note], TicketDraft],
    left_out: Iterable[LeftOut] = (),
) -> Reading:
    """Make a draft of each entry; one that cannot be made is listed with the reason, and so is one that comes twice."""
    drafts: dict[str, TicketDraft] = {}
    missing: list[LeftOut] = list(left_out)

    def noting(name: str) -> Note:
        return lambda what, why: missing.append(LeftOut(name, what, why))

    for entry in entries:
        name = "(no number)"
        try:
            name = named(entry) or name
            draft = make(entry, noting(name))
            if not draft.foreign_id:
                raise NotTaken("it has no number of its own")
            if draft.foreign_id in drafts:
                raise NotTaken("it is in the files twice; the first is taken")
            drafts[draft.foreign_id] = draft
            missing += [LeftOut(name, what, why) for what, why in _lacking(draft, is_line=LINE in entry)]
        except NotTaken as problem:
            missing.append(LeftOut(name, "ticket", str(problem), is_whole=True))
        except ODD as problem:
            missing.append(
                LeftOut(name, "ticket", f"a value in it is of no kind that is known ({problem})"[:300], True)
            )
    return Reading(product, tuple(drafts.values()), tuple(missing))


def _lacking(draft: TicketDraft, *, is_line: bool) -> Iterable[tuple[str, str]]:
    if not draft.messages and not is_line:
        yield "messages", "there is none of this ticket in the files that can be taken"
    if not draft.requester.address:
        yield "requester", "no mail address of theirs is in the files: it stands with the name alone"
    if len(draft.subject) > SUBJECT_LENGTH_MAX:
        yield "subject", f"it is longer than {SUBJECT_LENGTH_MAX} characters: its end is not taken"


def messages(entries: Iterable[Row], make: Callable[[Row], MessageDraft], note: Note) -> tuple[MessageDraft, ...]:
    """The messages of a ticket, oldest first; one that cannot be kept is noted."""
    found = []
    for entry in entries:
        name = f"message {text(entry.get('id'))[:40] or '(no number)'}"
        try:
            found.append(make(entry))
        except NotTaken as problem:
            note(name, str(problem))
        except ODD as problem:
            note(name, f"a value in it is of no kind that is known ({problem})"[:300])
    return tuple(sorted(found, key=lambda each: each.at))


def fewer(held: int, told: Any, note: Note) -> None:
    """Note where a ticket says that it has more messages than the files hold of it."""
    number = int(text(told)) if text(told).isdecimal() and len(text(told)) < 9 else 0
    if held < number:
        note("messages", f"the files hold {held} of the {number} that the ticket says it has")
