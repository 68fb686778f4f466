"""DKIM (RFC 6376): outgoing mail is signed by the sender's domain, so that others know it is no forgery.

RSA with SHA-256, relaxed in head and body. The one kept library for it comes without a built package, which the locks
do not take; what is needed of the standard is this page, checked against it by the tests.
"""

import base64
import hashlib
import re
from email.utils import parseaddr
from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

SIGNED = (
    "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "auto-submitted",
)  # fmt: skip
ONCE_MORE = ("from", "subject", "to", "date")
"""Named once more than they are there: adding another one breaks the signature."""
BITS_MIN = 1024
WIDTH = 70

_SPACES = re.compile(rb"[ \t]+")
_END = re.compile(rb"(\r\n)+\Z")


class SigningKeyWrong(ValueError):
    """`MAINSTAY_DKIM_KEY` cannot be used; the message says why, never what it is."""


def signed(content: bytes) -> bytes:
    """The mail with its signature in front; as it is where no key is set.

    Raises:
        SigningKeyWrong: the key cannot be used.
    """
    options = settings.MAINSTAY
    if not options.dkim_key:
        return content
    return signature(content, key=_key(options.dkim_key), selector=options.dkim_selector,
                     domain=options.dkim_domain) + content  # fmt: skip


def signature(content: bytes, *, key: RSAPrivateKey, selector: str, domain: str = "") -> bytes:
    """The header line that signs a mail whose lines end in CRLF. Without `domain`, the sender's signs."""
    head, _, body = content.partition(b"\r\n\r\n")
    fields = _fields(head)
    names = [each for each in SIGNED if each in fields] + [each for each in ONCE_MORE if each in fields]
    digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
    line = (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain or _domain(fields)};\r\n\ts={selector};"
        f"\r\n\th={_folded(':'.join(names), ':')};\r\n\tbh={digest};\r\n\tb="
    )
    chosen = [fields[each] for each in SIGNED if each in fields]
    text = b"".join(relaxed_field(each) + b"\r\n" for each in chosen) + relaxed_field(line.encode())
    made = base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()
    return (line + "\r\n\t ".join(made[at : at + WIDTH] for at in range(0, len(made), WIDTH)) + "\r\n").encode()


def record() -> tuple[str, str]:
    """What must stand in the name service for the key that is set: the name, and the text.

    Raises:
        SigningKeyWrong: there is no key, or it cannot be used.
    """
    options = settings.MAINSTAY
    public = _key(options.dkim_key).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    packed = base64.b64encode(public.public_bytes(serialization.Encoding.DER, form)).decode()
    domain = options.dkim_domain or parseaddr(options.mail_from)[1].rpartition("@")[2].lower()
    return f"{options.dkim_selector}._domainkey.{domain}", f"v=DKIM1; k=rsa; p={packed}"


def relaxed_field(line: bytes) -> bytes:
    """A header field as it is signed: name in lower case, unfolded, one space where there were many."""
    name, _, value = line.replace(b"\r\n", b"").partition(b":")
    return name.strip().lower() + b":" + _SPACES.sub(b" ", value).strip(b" \t")


def relaxed_body(body: bytes) -> bytes:
    """A body as it is signed: one space where there were many, none at the end of lines, no empty lines at the end."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    text = _END.sub(b"", b"\r\n".join(lines) + b"\r\n")
    return text + b"\r\n" if text else b""


@cache
def _key(pem: str) -> RSAPrivateKey:
    try:
        found = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningKeyWrong("MAINSTAY_DKIM_KEY is no private key in PEM that can be read") from None
    if not isinstance(found, RSAPrivateKey) or found.key_size < BITS_MIN:
        raise SigningKeyWrong(f"MAINSTAY_DKIM_KEY must be an RSA key of {BITS_MIN} bits or more; 2048 is usual")
    return found


def _fields(head: bytes) -> dict[str, bytes]:
    """The fields of the head by their names in lower case, folded as they are."""
    found: dict[str, bytes] = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        found[line.partition(b":")[0].decode("latin-1").strip().lower()] = line
    return found


def _domain(fields: dict[str, bytes]) -> str:
    sender = relaxed_field(fields.get("from", b"")).partition(b":")[2].decode("utf-8", "replace")
    return parseaddr(sender)[1].rpartition("@")[2].lower()


def _folded(text: str, sign: str) -> str:
    """A list in lines that are not too long; a line may break after `sign`."""
    lines = [""]
    for part in text.split(sign):
        if len(lines[-1]) + len(part) > WIDTH:
            lines.append("")
        lines[-1] += f"{part}{sign}"
    return "\r\n\t ".join(lines).removesuffix(sign)
