"""The codes of a check: what was found, what state that means, and how it is told to a client. Pure.

A code is stable: it is stored with each check and travels in reports and the API. Adding one is a line in each of
the two tables below, and one in `guide`.
"""

from enum import StrEnum


class State(StrEnum):
    """How something stands. `UNKNOWN` is never shown as good."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Shown(StrEnum):
    """How something is shown to stand now: in a state, or as seen down where other places see it well.

    The latter is no state of its own: it is not confirmed, and nothing is charged.
    """

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    SEEN_DOWN = "seen_down"


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
    REDIRECT_UNWANTED = "redirect_unwanted"
    BAD_ANSWER = "bad_answer"
    TEXT_MISSING = "text_missing"
    TEXT_UNWANTED = "text_unwanted"
    JSON_WRONG = "json_wrong"
    STEP_FAILED = "step_failed"
    PROTOCOL_WRONG = "protocol_wrong"
    BANNER_WRONG = "banner_wrong"
    SERVICE_UNAVAILABLE = "service_unavailable"
    STARTTLS_MISSING = "starttls_missing"
    SIGN_IN_REFUSED = "sign_in_refused"
    RECORD_MISSING = "record_missing"
    RECORD_WRONG = "record_wrong"
    DNSSEC_MISSING = "dnssec_missing"
    DNSSEC_BROKEN = "dnssec_broken"
    ECHO_MISSING = "echo_missing"
    ECHO_LOST = "echo_lost"
    CERTIFICATE_ENDS_SOON = "certificate_ends_soon"
    CERTIFICATE_CHAIN = "certificate_chain"
    CERTIFICATE_WEAK = "certificate_weak"
    CERTIFICATE_REVOKED = "certificate_revoked"
    STAPLE_MISSING = "staple_missing"
    TLS_OLD = "tls_old"
    DOMAIN_ENDED = "domain_ended"
    DOMAIN_ENDS_SOON = "domain_ends_soon"
    DOMAIN_FREE = "domain_free"
    REGISTRY_SILENT = "registry_silent"
    BEAT_LATE = "beat_late"
    BEAT_FAILED = "beat_failed"
    BEAT_UNFINISHED = "beat_unfinished"
    REPORTED_DOWN = "reported_down"
    STATED_DOWN = "stated_down"
    PROBER_FAULT = "prober_fault"


_NOT_DOWN = {
    Code.OK: State.UP,
    Code.SLOW: State.DEGRADED,
    Code.ECHO_LOST: State.DEGRADED,
    Code.CERTIFICATE_ENDS_SOON: State.DEGRADED,
    Code.CERTIFICATE_WEAK: State.DEGRADED,
    Code.STAPLE_MISSING: State.DEGRADED,
    Code.TLS_OLD: State.DEGRADED,
    Code.DNSSEC_MISSING: State.DEGRADED,
    Code.DOMAIN_ENDS_SOON: State.DEGRADED,
    Code.REGISTRY_SILENT: State.UNKNOWN,  # that nobody tells when a domain ends says nothing about the domain
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
    Code.REDIRECT_UNWANTED: "The website sends visitors on to another address than it should ({}).",
    Code.BAD_ANSWER: "The server's answer is not that of a website.",
    Code.TEXT_MISSING: "The page does not hold the words that belong there: {}.",
    Code.TEXT_UNWANTED: "The page holds words that do not belong there: {}.",
    Code.JSON_WRONG: "The answer does not say what it should at {}.",
    Code.STEP_FAILED: "A visit did not get past {}.",
    Code.PROTOCOL_WRONG: "The server's answer is not that of {}.",
    Code.BANNER_WRONG: "The server greets with other words than {}.",
    Code.SERVICE_UNAVAILABLE: "The server answers that it cannot serve now ({}).",
    Code.STARTTLS_MISSING: "The server offers no secure connection.",
    Code.SIGN_IN_REFUSED: "The server refused the sign-in of {}.",
    Code.RECORD_MISSING: "The name has no record of the kind {}.",
    Code.RECORD_WRONG: "The name's record is not as it should be: {}.",
    Code.DNSSEC_MISSING: "The name's records are not signed (DNSSEC): {}.",
    Code.DNSSEC_BROKEN: "The signatures of the name's records do not hold (DNSSEC): {}.",
    Code.ECHO_MISSING: "The server does not answer an echo request within {}.",
    Code.ECHO_LOST: "The server answered only {} echo requests.",
    Code.CERTIFICATE_ENDS_SOON: "The certificate ends on {}.",
    Code.CERTIFICATE_CHAIN: "The server does not send the certificates between its own and the authority's.",
    Code.CERTIFICATE_WEAK: "The certificate's key or signature is too weak ({}).",
    Code.CERTIFICATE_REVOKED: "The certificate was withdrawn on {}.",
    Code.STAPLE_MISSING: "The certificate promises a proof that it was not withdrawn, and the server sends none.",
    Code.TLS_OLD: "The server speaks an outdated protocol ({}).",
    Code.DOMAIN_ENDED: "The registration of the domain ended on {}.",
    Code.DOMAIN_ENDS_SOON: "The registration of the domain ends on {}.",
    Code.DOMAIN_FREE: "The domain {} is not registered.",
    Code.REGISTRY_SILENT: "The registry does not tell when the domain ends: {}.",
    Code.BEAT_LATE: "The task has not reported by {}.",
    Code.BEAT_FAILED: "The task reported that it failed ({}).",
    Code.BEAT_UNFINISHED: "The task began, and did not report its end by {}.",
    Code.REPORTED_DOWN: "Another monitor found the website down.",
    Code.STATED_DOWN: "A person stated that the website was down.",
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
    Code.REDIRECT_UNWANTED: "The website sends visitors on to another address than it should.",
    Code.TEXT_MISSING: "The page does not hold the words that belong there.",
    Code.TEXT_UNWANTED: "The page holds words that do not belong there.",
    Code.JSON_WRONG: "The answer does not say what it should.",
    Code.STEP_FAILED: "A visit did not get through.",
    Code.PROTOCOL_WRONG: "The server's answer is not that of such a service.",
    Code.BANNER_WRONG: "The server greets with other words than it should.",
    Code.SERVICE_UNAVAILABLE: "The server answers that it cannot serve now.",
    Code.SIGN_IN_REFUSED: "The server refused the sign-in.",
    Code.RECORD_MISSING: "The name has no such record.",
    Code.RECORD_WRONG: "The name's record is not as it should be.",
    Code.DNSSEC_MISSING: "The name's records are not signed (DNSSEC).",
    Code.DNSSEC_BROKEN: "The signatures of the name's records do not hold (DNSSEC).",
    Code.ECHO_MISSING: "The server does not answer an echo request.",
    Code.ECHO_LOST: "The server did not answer every echo request.",
    Code.CERTIFICATE_ENDS_SOON: "The certificate ends soon.",
    Code.CERTIFICATE_WEAK: "The certificate's key or signature is too weak.",
    Code.CERTIFICATE_REVOKED: "The certificate was withdrawn.",
    Code.TLS_OLD: "The server speaks an outdated protocol.",
    Code.DOMAIN_ENDED: "The registration of the domain has ended.",
    Code.DOMAIN_ENDS_SOON: "The registration of the domain ends soon.",
    Code.DOMAIN_FREE: "The domain is not registered.",
    Code.REGISTRY_SILENT: "The registry does not tell when the domain ends.",
    Code.BEAT_LATE: "The task has not reported in time.",
    Code.BEAT_FAILED: "The task reported that it failed.",
    Code.BEAT_UNFINISHED: "The task began, and did not report its end in time.",
    Code.PROBER_FAULT: "Mainstay could not look.",
}

_SERVER_TIMEOUT = ("The server did not answer within {}.", "The server did not answer in time.")
_OF_KIND = {
    ("journey", Code.OK): ("The visit got through every step.",) * 2,
    ("tls", Code.OK): ("The certificate is good.",) * 2,
    ("dns", Code.OK): ("The name's records are as they should be.",) * 2,
    ("domain", Code.OK): ("The domain is registered.",) * 2,
    ("tcp", Code.OK): ("The server took the connection.",) * 2,
    ("icmp", Code.OK): ("The server answered the echo requests.",) * 2,
    ("smtp", Code.OK): ("The mail server answered as it should.",) * 2,
    ("imap", Code.OK): ("The mailbox server answered as it should.",) * 2,
    ("heartbeat", Code.OK): ("The task reported that it went well.",) * 2,
    **{(kind, Code.TIMEOUT): _SERVER_TIMEOUT for kind in ("tls", "tcp", "icmp", "smtp", "imap")},
    ("dns", Code.TIMEOUT): ("The name servers did not answer within {}.", "The name servers did not answer in time."),
    ("domain", Code.TIMEOUT): ("The registry did not answer within {}.", "The registry did not answer in time."),
}
"""Where a kind of check means another thing than a website: with detail, and without."""


def code_choices() -> list[tuple[str, str]]:
    """What a column of codes may hold; a new code needs no migration."""
    return [(each.value, each.value) for each in Code]


def state_of(code: Code) -> State:
    """The state that `code` means."""
    return _NOT_DOWN.get(code, State.DOWN)


def sentence(code: Code | str, detail: str = "", kind: str = "") -> str:
    """What `code` of a check of `kind` means, in one plain sentence. Without `detail` the sentence is a general one."""
    known = Code(code)
    if (kind, known) in _OF_KIND:
        exact, general = _OF_KIND[kind, known]
        return exact.format(detail) if detail else general
    if not detail:
        return _WITHOUT_DETAIL.get(known, _SENTENCES[known])
    return _SENTENCES[known].format(detail)
