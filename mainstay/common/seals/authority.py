"""Asking a time-stamping authority (RFC 3161), and checking what it said.

A stamp shows that a text existed at an instant, by somebody else's clock and key. Whoever runs Mainstay could set the
clock back and seal a past anew; a stamp of the time cannot be had afterwards.
"""

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

ANSWER_S = 20.0
ANSWER_MAX_BYTES = 64 * 1024
NAME_MAX = 200


class StampRefused(Exception):
    """There is no stamp, or it is none that counts; the text says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp that was checked: the answer (DER), the authority's instant and name."""

    response: bytes
    at: datetime
    authority: str


def ask(url: str, text: bytes, roots: list[x509.Certificate]) -> Stamp:
    """Have `text` stamped by the authority at `url`; only its SHA-256 goes there.

    Raises:
        StampRefused: the authority cannot be reached or refuses, or what it says is not signed by one of `roots`.
    """
    wanted = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True)
    request = wanted.build()
    answer = _post(url, request.as_bytes())
    return _checked(answer, text, roots, request.nonce)


def check(response: bytes, text: bytes, roots: list[x509.Certificate]) -> Stamp:
    """Read a stamp on `text` and check it: the signature, who signed, that the certificate held then, and the text.

    Raises:
        StampRefused: it is none on this text, or is not signed by one of `roots`.
    """
    return _checked(response, text, roots, None)


def read_roots(path: str) -> list[x509.Certificate]:
    """The certificates in a PEM file.

    Raises:
        StampRefused: none is named, or the file cannot be read.
    """
    if not path:
        raise StampRefused("MAINSTAY_TIMESTAMP_ROOTS names no file of authorities whose stamps count")
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as problem:
        raise StampRefused(f"the authorities in {path} cannot be read: {problem}") from problem


def _checked(response: bytes, text: bytes, roots: list[x509.Certificate], nonce: int | None) -> Stamp:
    found = _decoded(response)
    try:
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(found, text)
    except (VerificationError, ValueError) as problem:
        raise StampRefused(f"the stamp does not hold: {problem}") from problem
    return Stamp(response, found.tst_info.gen_time, _signer(found))


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        found = decode_timestamp_response(response)
    except ValueError as problem:
        raise StampRefused("the authority did not answer with a stamp") from problem
    if found.status != PKIStatus.GRANTED:
        raise StampRefused(f"the authority refuses: {'; '.join(found.status_string) or found.status}")
    return found


def _signer(found: TimeStampResponse) -> str:
    """The name of the certificate that signed, as people know it."""
    (signer,) = found.signed_data.signer_infos
    certificates = map(x509.load_der_x509_certificate, found.signed_data.certificates)
    subject = next(
        each.subject
        for each in certificates
        if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number)
    )
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value if names else subject.rfc4514_string())[:NAME_MAX]


def _post(url: str, body: bytes) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": "application/timestamp-query"})  # noqa: S310 - setting
    trusted = ssl.create_default_context(cafile=certifi.where()) if url.startswith("https:") else None
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S, context=trusted) as answer:  # nosec B310 # noqa: S310 - as above
            content: bytes = answer.read(ANSWER_MAX_BYTES + 1)
    except (OSError, urllib.error.URLError, HTTPException, ValueError) as problem:
        raise StampRefused(f"the authority cannot be asked: {problem}") from problem
    if len(content) > ANSWER_MAX_BYTES:
        raise StampRefused(f"the authority answered with more than {ANSWER_MAX_BYTES} bytes")
    return content
