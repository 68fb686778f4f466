"""Who there is in the demo world, and what people call about: read from the files beside this one."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `role` is an agency role or a client role; `audience` is for clients' people."""

    name: str
    email: str
    role: str
    phone: str = ""
    audience: str = ""


@dataclass(frozen=True)
class Site:
    """A website; `scheme` is set for the live ones that can be broken."""

    name: str
    url: str = ""
    scheme: str = ""


@dataclass(frozen=True)
class Client:
    """A client of the demo agency. `care` is a key of `history.CARE`; `excluded` are causes that are not charged."""

    name: str
    slug: str
    months_ago: int
    care: str
    manager: str
    websites: tuple[Site, ...]
    contacts: tuple[Person, ...]
    live: tuple[Site, ...] = ()
    excluded: tuple[str, ...] = ()
    deputy: str = ""


@dataclass(frozen=True)
class Call:
    """Something that people call about, with the answer, and what they say to it."""

    category: str
    audience: str
    subject: str
    text: str
    answer: str
    thanks: str


@dataclass(frozen=True)
class Cast:
    """Everybody and everything in the demo world."""

    agency: Site
    password: str
    staff: tuple[Person, ...]
    clients: tuple[Client, ...]
    calls: tuple[Call, ...]


def cast() -> Cast:
    """The demo world's cast."""
    who, calls = _read("cast.toml"), _read("calls.toml")
    return Cast(
        agency=Site(**who["agency"]),
        password=who["password"],
        staff=tuple(Person(**each) for each in who["staff"]),
        clients=tuple(_client(each) for each in who["clients"]),
        calls=tuple(Call(**each) for each in calls["calls"]),
    )


def _client(given: dict[str, Any]) -> Client:
    parts = {
        "websites": tuple(Site(**each) for each in given["websites"]),
        "contacts": tuple(Person(**each) for each in given["contacts"]),
        "live": tuple(Site(**each) for each in given.get("live", [])),
        "excluded": tuple(given.get("excluded", [])),
    }
    return Client(**{**given, **parts})


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("mainstay.demo.world") / name).read_text(encoding="utf-8"))
