"""What the name service says of a domain: asked of the servers that this machine asks."""

import dns.exception
import dns.resolver

LIFETIME_S = 6.0
FOUND_MAX = 50

Server = tuple[str, int]


class NotAnswered(Exception):
    """No name server gave an answer, so that nothing is known: neither that the record is there nor that it is not."""


def texts_at(name: str, servers: tuple[Server, ...] = ()) -> tuple[str, ...]:
    """The text records at `name`, at most fifty; none where there is no such name. Without `servers`, the machine's.

    Raises:
        NotAnswered: the servers did not answer within six seconds, or could not say.
    """
    try:
        found = _resolver(servers).resolve(name, "TXT", search=False, lifetime=LIFETIME_S)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError, ValueError) as problem:
        raise NotAnswered(str(problem)) from problem
    return tuple(b"".join(each.strings).decode("utf-8", "replace") for each in list(found)[:FOUND_MAX])


def _resolver(servers: tuple[Server, ...]) -> dns.resolver.Resolver:
    if not servers:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host for host, _ in servers], servers[0][1]
    return resolver
