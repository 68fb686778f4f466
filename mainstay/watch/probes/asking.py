"""Questions to name servers, one at a time, over datagrams and where the answer does not fit over a stream."""

from collections.abc import Generator
from typing import Any, NoReturn

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Heard, NameServers, Open, Opened, Operation, Talk
from mainstay.watch.probes.reaching import NO_NAME_SERVER, Trail, addresses, host_and_port, seconds

DNS_PORT = 53
ATTEMPTS = 3
ATTEMPT_S = 2.0
UDP_PAYLOAD_BYTES = 1232
"""What passes every network unbroken (DNS flag day 2020)."""

Server = tuple[str, int]
Part = Generator[Operation, Any, dns.message.Message]


class Asker:
    """Asks the servers of one check in turn. `is_own` says that they are this machine's, which may be anywhere."""

    def __init__(self, trail: Trail, servers: tuple[Server, ...], *, is_own: bool) -> None:
        self._trail = trail
        self._servers = servers
        self._allow_private = is_own or trail.spec.allow_private

    def ask(self, name: dns.name.Name, kind: dns.rdatatype.RdataType, *, signed: bool = False) -> Part:
        """The answer of the first server that gives one. Ends where none does.

        With `signed` the signatures come along, and a resolver that checks them itself hands over also what it
        would not stand for.
        """
        question = dns.message.make_query(name, kind, want_dnssec=signed, payload=UDP_PAYLOAD_BYTES)
        if signed:
            question.flags |= dns.flags.CD
        problem = Code.NAME_TIMEOUT
        for attempt in range(ATTEMPTS):
            server = self._servers[attempt % len(self._servers)]
            answer = yield from self._ask_one(question, server)
            if isinstance(answer, dns.message.Message):
                if answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                    return answer
                problem = Code.NAME_FAILED
            elif problem is not Code.NAME_FAILED:
                problem = answer
        self._end(problem, name)

    def _end(self, problem: Code, name: dns.name.Name) -> NoReturn:
        details = {Code.TIMEOUT: seconds(self._trail.spec.timeout_s), Code.PROBER_FAULT: NO_NAME_SERVER}
        self._trail.end(problem, details.get(problem, name.to_text(omit_final_dot=True)))

    def _ask_one(
        self, question: dns.message.Message, server: Server
    ) -> Generator[Operation, Any, dns.message.Message | Code]:
        """A server's answer, or why there is none."""
        answer = yield from self._over(question, server, is_stream=False)
        if isinstance(answer, dns.message.Message) and answer.flags & dns.flags.TC:
            return (yield from self._over(question, server, is_stream=True))
        return answer

    def _over(
        self, question: dns.message.Message, server: Server, *, is_stream: bool
    ) -> Generator[Operation, Any, dns.message.Message | Code]:
        opened: Opened = yield Open(*server, self._allow_private, is_stream, ATTEMPT_S)
        if opened.problem is not None:
            return opened.problem
        wire = question.to_wire()
        data = len(wire).to_bytes(2, "big") + wire if is_stream else wire
        heard: Heard = yield Talk(
            opened.link, data, lambda got: _answer(question, got, is_stream) is not None, 66_000, ATTEMPT_S
        )
        self._trail.took(name_us=heard.took_us)
        answer = _answer(question, heard.data, is_stream)
        if answer is None:
            return Code.NAME_TIMEOUT if heard.problem in (None, Code.TIMEOUT) else heard.problem
        return answer


def asker(trail: Trail, server: str) -> Generator[Operation, Any, Asker]:
    """Asks `server` (`name` or `name:port`), or where it is empty the servers that this machine asks."""
    if not server:
        own: tuple[Server, ...] = yield NameServers()
        return Asker(trail, own, is_own=True)
    host, port = host_and_port(trail, server, DNS_PORT)
    found = yield from addresses(trail, host)
    return Asker(trail, tuple((address, port) for address in found), is_own=False)


def _answer(question: dns.message.Message, got: bytes, is_stream: bool) -> dns.message.Message | None:
    """What answers `question`; None for noise, and for what has not come whole."""
    wire = got
    if is_stream:
        if len(got) < 2 or len(got) - 2 < int.from_bytes(got[:2], "big"):
            return None
        wire = got[2 : 2 + int.from_bytes(got[:2], "big")]
    try:
        answer = dns.message.from_wire(wire, ignore_trailing=True, raise_on_truncation=False)
    except (dns.exception.DNSException, ValueError):
        return None
    return answer if question.is_response(answer) else None
