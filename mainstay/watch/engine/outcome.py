"""What libcurl's results mean: its error numbers as codes, its timings as phases, its certificate as dates."""

import errno
import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

import pycurl

from mainstay.watch.codes import Code
from mainstay.watch.facts import Phases

CERTIFICATE_ENDED = 10
CERTIFICATE_EARLY = 9
CHAIN_WAS_NOT_WRONG = {0, 1}  # OpenSSL found nothing (or was not asked); then it was the name
TOO_WEAK = {66, 67, 68}  # a key or a signature that OpenSSL does not rely on
DATE_FORM = "%b %d %H:%M:%S %Y %Z"

E_TOO_LARGE = 100  # pycurl has no name for it

_BY_ERROR = {
    pycurl.E_OPERATION_TIMEDOUT: Code.TIMEOUT,
    pycurl.E_SSL_CONNECT_ERROR: Code.TLS_FAILED,
    pycurl.E_SSL_CIPHER: Code.TLS_FAILED,
    pycurl.E_SSL_INVALIDCERTSTATUS: Code.CERTIFICATE_UNTRUSTED,
    pycurl.E_SSL_ISSUER_ERROR: Code.CERTIFICATE_UNTRUSTED,
    pycurl.E_GOT_NOTHING: Code.CONNECTION_LOST,
    pycurl.E_RECV_ERROR: Code.CONNECTION_LOST,
    pycurl.E_SEND_ERROR: Code.CONNECTION_LOST,
    pycurl.E_PARTIAL_FILE: Code.CONNECTION_LOST,
    pycurl.E_UNSUPPORTED_PROTOCOL: Code.BAD_ANSWER,
    pycurl.E_FTP_WEIRD_SERVER_REPLY: Code.BAD_ANSWER,
    pycurl.E_BAD_CONTENT_ENCODING: Code.BAD_ANSWER,
    E_TOO_LARGE: Code.BAD_ANSWER,
}

_BY_ERRNO = {
    errno.ECONNREFUSED: Code.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Code.CONNECTION_FAILED,
    errno.ECONNRESET: Code.CONNECTION_LOST,
    errno.ETIMEDOUT: Code.TIMEOUT,
}
"""Why no connection came about; everything else is this machine's own want (no route, no sockets left)."""


def problem_of(error: int, curl: pycurl.Curl) -> Code:
    """The code of libcurl's `error`. What is not known to be the website's fault is ours."""
    if error == pycurl.E_COULDNT_CONNECT:
        return of_errno(curl.getinfo(pycurl.OS_ERRNO))
    if error == pycurl.E_RECV_ERROR and _is_nonsense(curl):
        return Code.BAD_ANSWER
    if error == pycurl.E_PEER_FAILED_VERIFICATION:
        return _of_certificate(curl.getinfo(pycurl.SSL_VERIFYRESULT))
    return _BY_ERROR.get(error, Code.PROBER_FAULT)


def of_errno(number: int | None, *, otherwise: Code = Code.PROBER_FAULT) -> Code:
    """The code of the system's error `number`; what says nothing about the other side is `otherwise`."""
    return _BY_ERRNO.get(number or 0, otherwise)


def phases_of(curl: pycurl.Curl) -> Phases:
    """What libcurl timed, as durations one after the other. A phase that was not reached has none."""
    connect = curl.getinfo(pycurl.CONNECT_TIME_T)
    secure = curl.getinfo(pycurl.APPCONNECT_TIME_T)
    first_byte = curl.getinfo(pycurl.STARTTRANSFER_TIME_T)
    total = curl.getinfo(pycurl.TOTAL_TIME_T)
    before_tls = connect or total
    before_request = max(secure, before_tls)
    before_body = max(first_byte, before_request)
    return Phases(
        connect_us=before_tls,
        tls_us=before_request - before_tls,
        first_byte_us=before_body - before_request,
        body_us=max(0, total - before_body),
    )


@dataclass(frozen=True, slots=True)
class Certificate:
    """From when until when the server's own certificate is valid, and its SHA-256 in hexadecimal."""

    not_before: datetime | None = None
    not_after: datetime | None = None
    sha256: str = ""


def certificate_of(curl: pycurl.Curl) -> Certificate:
    """The server's own certificate, where libcurl was told to keep it."""
    chain: list[tuple[tuple[bytes, ...], ...]] = curl.getinfo_raw(pycurl.INFO_CERTINFO)
    if not chain:
        return Certificate()
    # Names in a certificate may be in any encoding; what is wanted of it is ASCII.
    fields = {pair[0]: pair[1].decode("latin-1") for pair in chain[0] if len(pair) == 2}
    dates = _instant(fields.get(b"Start date", "")), _instant(fields.get(b"Expire date", ""))
    return Certificate(*dates, _sha256(fields.get(b"Cert", "")))


def redirect_of(curl: pycurl.Curl) -> str:
    """Where the answer leads; empty where it leads nowhere. What is no UTF-8 is sent on as it is, as browsers do."""
    found: bytes = curl.getinfo_raw(pycurl.REDIRECT_URL) or b""
    try:
        return found.decode()
    except UnicodeDecodeError:
        return "".join(chr(each) if each < 0x80 else f"%{each:02X}" for each in found)


def _sha256(pem: str) -> str:
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.strip())).hexdigest()
    except ValueError:
        return ""


def _is_nonsense(curl: pycurl.Curl) -> bool:
    """Whether bytes came that make no answer. libcurl calls it a failure to receive, though the connection held.

    Over TLS a connection that broke off looks the same, and is taken for that.
    """
    return not curl.getinfo(pycurl.OS_ERRNO) and not curl.getinfo(pycurl.APPCONNECT_TIME_T)


def _of_certificate(verify_result: int) -> Code:
    if verify_result == CERTIFICATE_ENDED:
        return Code.CERTIFICATE_ENDED
    if verify_result == CERTIFICATE_EARLY:
        return Code.CERTIFICATE_EARLY
    if verify_result in TOO_WEAK:
        return Code.TLS_FAILED
    return Code.CERTIFICATE_WRONG_NAME if verify_result in CHAIN_WAS_NOT_WRONG else Code.CERTIFICATE_UNTRUSTED


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, DATE_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
