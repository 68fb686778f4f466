"""Contacts of a client in a CSV file: columns by their headings, each line that cannot be taken named. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from mainstay.desk.exchange import untaken, values
from mainstay.desk.exchange.draft import FileRefused, LeftOut
from mainstay.desk.letters.headers import is_address, one_line

_HEADINGS = {
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "mail address", "e-mail 1 - value"),
    "name": ("name", "full name", "display name", "contact", "contact name"),
    "first": ("first name", "firstname", "given name", "forename"),
    "last": ("last name", "lastname", "surname", "family name"),
    "phone": ("phone", "telephone", "tel", "phone number", "mobile", "mobile phone", "work phone"),
}
NAME_MAX, EMAIL_MAX, PHONE_MAX = 120, 254, 40


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact as it would be added. `line` is where it stands in the file."""

    line: int
    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """What the file holds. `bad` are numbers of lines with the reason, `doubles` lines joined with an earlier one,
    `columns` those that are not taken."""

    lines: tuple[ContactLine, ...]
    bad: tuple[tuple[int, str], ...]
    doubles: tuple[int, ...]
    columns: tuple[LeftOut, ...] = ()


def read(raw: bytes) -> Contacts:
    """The contacts of a file.

    Raises:
        FileRefused: it is no table, or no column holds mail addresses.
    """
    table = values.table(raw)
    if not table or not any(each in table[0][1] for each in _HEADINGS["email"]):
        raise FileRefused("No column of it is headed E-mail, or it has no lines.")
    good: dict[str, ContactLine] = {}
    bad, doubles = [], []
    for number, row in table:
        found = _line(number, row)
        if why := _wrong(found):
            bad.append((number, why))
        elif found.email in good:
            doubles.append(number)
            good[found.email] = _joined(good[found.email], found)
        else:
            good[found.email] = found
    columns = untaken.fields(
        "contacts", (row for _, row in table), {each for said in _HEADINGS.values() for each in said}
    )
    return Contacts(tuple(good.values()), tuple(bad), tuple(doubles), tuple(columns))


def _line(number: int, row: values.Row) -> ContactLine:
    email = _first(row, "email").lower()
    name = _first(row, "name") or f"{_first(row, 'first')} {_first(row, 'last')}".strip()
    return ContactLine(number, name, email, _first(row, "phone"))


def _first(row: values.Row, what: str) -> str:
    found: Iterable[str] = (one_line(str(row.get(each) or "")).strip() for each in _HEADINGS[what])
    return next(filter(None, found), "")


def _wrong(found: ContactLine) -> str:
    if not found.email:
        return "it has no mail address"
    if not is_address(found.email) or len(found.email) > EMAIL_MAX:
        return f"{found.email[:60]!r} is no mail address"
    if len(found.name) > NAME_MAX:
        return f"its name is longer than {NAME_MAX} characters"
    return f"its telephone number is longer than {PHONE_MAX} characters" if len(found.phone) > PHONE_MAX else ""


def _joined(one: ContactLine, other: ContactLine) -> ContactLine:
    """The first, with what only the other says."""
    return ContactLine(one.line, one.name or other.name, one.email, one.phone or other.phone)
