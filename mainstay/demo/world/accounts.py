"""The demo accounts that a newcomer signs in with."""

from dataclasses import dataclass

from mainstay.demo.world.cast import cast


@dataclass(frozen=True)
class Account:
    """An account of the demo world; `who` says whose it is."""

    email: str
    password: str
    who: str


def accounts() -> list[Account]:
    """One account of each kind: those of the agency, then the clients' administrators."""
    people = cast()
    agency = [
        Account(each.email, people.password, f"{each.name}, {each.role.replace('_', ' ')} of the agency")
        for each in people.staff
    ]
    clients = [
        Account(client.contacts[0].email, people.password, f"{client.contacts[0].name} of {client.name}")
        for client in people.clients
    ]
    return agency + clients
