"""Mail over SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from mainstay.common.mail.signing import SigningKeyWrong, signed
from mainstay.common.mail.transports.base import MailUrlWrong, PermanentFailure, TemporaryFailure

TIMEOUT_S = 30.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Smtp:
    """One server: `smtp://host:25` in the open, `smtps://` with TLS at once, `smtp+starttls://` with TLS required."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as problem:
            raise MailUrlWrong(f"MAINSTAY_MAIL_URL: {problem}") from None
        if not parts.hostname:
            raise MailUrlWrong("MAINSTAY_MAIL_URL names no host: smtp://user:password@host:port")
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout_s = timeout_s

    def send(self, message: EmailMessage, *, mail_from: str, rcpt_to: str) -> None:
        with self._session() as session:
            try:
                _hand_over(session, message, mail_from, rcpt_to)
            except smtplib.SMTPRecipientsRefused as problem:
                code, reason = next(iter(problem.recipients.values()))
                raise _failure(code, reason) from problem
            except smtplib.SMTPResponseException as problem:
                raise _failure(problem.smtp_code, problem.smtp_error) from problem

    def probe(self) -> str:
        with self._session() as session:
            session.noop()
        return f"{self._host}:{self._port} answers"

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A greeted and signed-in session. What fails here is the server's matter, not the letter's: temporary."""
        try:
            session = self._connect()
            try:
                self._greet(session)
                yield session
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    session.quit()
        except (OSError, smtplib.SMTPException) as problem:
            raise TemporaryFailure(f"{self._host}:{self._port}: {_said(problem)}") from problem

    def _connect(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout_s, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout_s)

    def _greet(self, session: smtplib.SMTP) -> None:
        if self._scheme == "smtp+starttls":
            session.starttls(context=ssl.create_default_context())
        if self._user:
            session.login(self._user, self._password)


def _hand_over(session: smtplib.SMTP, message: EmailMessage, mail_from: str, rcpt_to: str) -> None:
    """Send the message as it is; `smtplib.send_message` would put a > before lines that begin with From."""
    if mail_from.isascii() and rcpt_to.isascii():
        session.sendmail(mail_from, [rcpt_to], _signed(message.as_bytes()))
        return
    session.ehlo_or_helo_if_needed()
    if not session.has_extn("smtputf8"):
        raise PermanentFailure(f"the mail server takes no addresses with other than ASCII letters ({rcpt_to})")
    content = _signed(message.as_bytes(policy=policy.SMTPUTF8))
    session.sendmail(mail_from, [rcpt_to], content, mail_options=("SMTPUTF8", "BODY=8BITMIME"))


def _signed(content: bytes) -> bytes:
    """The mail with its signature. One that cannot be signed waits: unsigned it might be taken for a forgery."""
    try:
        return signed(content)
    except SigningKeyWrong as problem:
        raise TemporaryFailure(str(problem)) from problem


def _failure(code: int, reason: bytes | str) -> PermanentFailure | TemporaryFailure:
    """A refusal as its code means it: 5xx for good, everything else for now."""
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    kind = PermanentFailure if 500 <= code < 600 else TemporaryFailure
    return kind(f"{code} {text}")


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error
        return f"{problem.smtp_code} {error.decode('utf-8', 'replace') if isinstance(error, bytes) else error}"
    return str(problem) or type(problem).__name__
