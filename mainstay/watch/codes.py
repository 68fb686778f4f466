"""The codes of a check: what was found, what state that means, and how it is told to a client. Pure.

A code is stable: it is stored with each check and travels in reports and the API. Adding one is a line in each of
the two tables below.
"""

from enum import StrEnum


class State(StrEnum):
    """How something stands. `UNKNOWN` is never shown as good."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Code(StrEnum):
    """Every outcome a check can have."""

    OK = "ok"
    SLOW = "slow"
    HTTP_STATUS = "http_status"
    NAME_NOT_FOUND = "name_not_found"
    NAME_FAILED = "name_failed"
    NAME_TIMEOUT = "name_timeout"
    ADDRESS_REFUSED = "address_refused"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_FAILED = "connection_failed"
    CONNECTION_LOST = "connection_lost"
    TIMEOUT = "timeout"
    TLS_FAILED = "tls_failed"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_EARLY = "certificate_early"
    CERTIFICATE_WRONG_NAME = "certificate_wrong_name"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECT_REFUSED = "redirect_refused"
    REDIRECT_BROKEN = "redirect_broken"
    BAD_ANSWER = "bad_answer"
    PROBER_FAULT = "prober_fault"


_NOT_DOWN = {
    Code.OK: State.UP,
    Code.SLOW: State.DEGRADED,
    Code.PROBER_FAULT: State.UNKNOWN,  # our own fault says nothing about the website
    Code.ADDRESS_REFUSED: State.UNKNOWN,  # we refused to look
    Code.REDIRECT_REFUSED: State.UNKNOWN,  # the same, one address further on
}

_SENTENCES = {
    Code.OK: "The website answered as it should.",
    Code.SLOW: "The website answered slowly ({}).",
    Code.HTTP_STATUS: "The website answered with an error ({}).",
    Code.NAME_NOT_FOUND: "The name {} does not resolve.",
    Code.NAME_FAILED: "The name servers of {} answered with an error.",
    Code.NAME_TIMEOUT: "The name servers of {} did not answer.",
    Code.ADDRESS_REFUSED: "The address is one that Mainstay may not look at: {}.",
    Code.CONNECTION_REFUSED: "The server refused the connection.",
    Code.CONNECTION_FAILED: "The server could not be reached.",
    Code.CONNECTION_LOST: "The server broke the connection off before it had answered.",
    Code.TIMEOUT: "The website did not answer within {}.",
    Code.TLS_FAILED: "No secure connection could be made.",
    Code.CERTIFICATE_ENDED: "The certificate ended on {}.",
    Code.CERTIFICATE_EARLY: "The certificate is not valid before {}.",
    Code.CERTIFICATE_WRONG_NAME: "The certificate was not made for {}.",
    Code.CERTIFICATE_UNTRUSTED: "The certificate does not come from a trusted authority.",
    Code.REDIRECT_LOOP: "The website sends visitors on more than {} times.",
    Code.REDIRECT_REFUSED: "The website sends visitors on to an address that Mainstay may not look at: {}.",
    Code.REDIRECT_BROKEN: "The website sends visitors on to an address that is none.",
    Code.BAD_ANSWER: "The server's answer is not that of a website.",
    Code.PROBER_FAULT: "Mainstay could not look: {}.",
}

_WITHOUT_DETAIL = {
    Code.SLOW: "The website answered slowly.",
    Code.HTTP_STATUS: "The website answered with an error.",
    Code.NAME_NOT_FOUND: "The website's name does not resolve.",
    Code.NAME_FAILED: "The name servers answered with an error.",
    Code.NAME_TIMEOUT: "The name servers did not answer.",
    Code.ADDRESS_REFUSED: "The address is one that Mainstay may not look at.",
    Code.TIMEOUT: "The website did not answer in time.",
    Code.CERTIFICATE_ENDED: "The certificate has ended.",
    Code.CERTIFICATE_EARLY: "The certificate is not valid yet.",
    Code.CERTIFICATE_WRONG_NAME: "The certificate was not made for this name.",
    Code.REDIRECT_LOOP: "The website sends visitors on without an end.",
    Code.REDIRECT_REFUSED: "The website sends visitors on to an address that Mainstay may not look at.",
    Code.PROBER_FAULT: "Mainstay could not look.",
}


def state_of(code: Code) -> State:
    """The state that `code` means."""
    return _NOT_DOWN.get(code, State.DOWN)


def sentence(code: Code | str, detail: str = "") -> str:
    """What `code` means, in one plain sentence. Without `detail` the sentence is a general one."""
    known = Code(code)
    if not detail:
        return _WITHOUT_DETAIL.get(known, _SENTENCES[known])
    return _SENTENCES[known].format(detail)
