"""DKIM: what is signed, how, and that nobody can change it. The forms of RFC 6376 are those of its own examples."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings

from mainstay.common.mail import signing
from mainstay.common.setting_forms import private_key

KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
MAIL = (
    b"From: Hafen =?utf-8?q?B=C3=A4r?= <support@Harbour.example>\r\nTo: rita@alder.example\r\n"
    b"Subject: Re:\r\n  A  long\t subject\r\nDate: Fri, 27 Nov 2026 06:00:00 +0000\r\nMessage-ID: <a@b>\r\n\r\n"
    b"Hello  there \r\n\r\n.\r\nFrom x\r\n\r\n\r\n"
)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode().strip()


def is_good(content: bytes) -> bool:
    """Whether the first signature holds, looked at in another way than it was made: from its tags alone."""
    line, rest = re.match(rb"(DKIM-Signature:.*?\r\n)(?![ \t])(.*)", content, re.DOTALL).groups()
    tags = dict(each.strip().split("=", 1) for each in re.sub(r"\s+", " ", line.decode()[15:]).split(";"))
    head, _, body = rest.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    hashed = base64.b64encode(hashlib.sha256(signing.relaxed_body(body)).digest()).decode()
    text = b""
    for name in tags["h"].replace(" ", "").split(":"):
        places = [at for at, each in enumerate(fields) if each.lower().startswith(f"{name}:".encode())]
        text += signing.relaxed_field(fields.pop(places[-1])) + b"\r\n" if places else b""
    bare = re.sub(rb"(;\s*b=).*", rb"\1", line, flags=re.DOTALL)
    made = base64.b64decode(tags["b"].replace(" ", ""))
    try:
        KEY.public_key().verify(made, text + signing.relaxed_field(bare), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return hashed == tags["bh"]


def test_the_examples_of_the_standard():
    assert signing.relaxed_field(b"A: X") == b"a:X"
    assert signing.relaxed_field(b"B : Y\t\r\n\tZ  ") == b"b:Y Z"
    assert signing.relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"
    assert signing.relaxed_body(b"\r\n\r\n") == b""


def test_a_signed_mail_holds_and_a_changed_one_does_not():
    signed = signing.signature(MAIL, key=KEY, selector="mainstay") + MAIL
    assert is_good(signed)
    assert b"d=harbour.example;" in signed
    assert b"h=from:to:subject:date:message-id:" in signed
    assert is_good(signed.replace(b"Hello  there \r\n", b"Hello there\r\n")), "spaces may change on the way"
    assert not is_good(signed.replace(b"Hello", b"Hullo"))
    assert not is_good(signed.replace(b"rita@", b"eve@"))
    assert not is_good(signed.replace(b"\r\nTo:", b"\r\nSubject: Another\r\nTo:")), "no second subject can be put in"
    assert max(map(len, signed.split(b"\r\n"))) < 79


def test_without_a_key_nothing_is_changed(monkeypatch):
    assert signing.signed(MAIL) == MAIL
    options = replace(settings.MAINSTAY, dkim_key=pem(KEY), dkim_selector="s1", dkim_domain="agency.example")
    monkeypatch.setattr(settings, "MAINSTAY", options)
    assert is_good(signing.signed(MAIL))
    name, text = signing.record()
    assert name == "s1._domainkey.agency.example"
    public = serialization.load_der_public_key(base64.b64decode(text.partition("p=")[2]))
    assert public == KEY.public_key()


@pytest.mark.parametrize("key", ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "an elliptic one"])
def test_a_key_that_cannot_be_used_is_said_without_telling_it(key, monkeypatch):
    text = pem(ec.generate_private_key(ec.SECP256R1())) if key == "an elliptic one" else key
    assert private_key(text) == ""
    monkeypatch.setattr(settings, "MAINSTAY", replace(settings.MAINSTAY, dkim_key=text))
    with pytest.raises(signing.SigningKeyWrong) as refused:
        signing.signed(MAIL)
    assert "AAAA" not in str(refused.value)
    assert "MAINSTAY_DKIM_KEY" in str(refused.value)


def test_a_key_has_the_form_of_one():
    assert private_key(pem(KEY)) == ""
    assert "RSA key in PEM" in private_key("secret")
