"""Messages as mail to an address that many people read."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.conf import settings
from django.utils import timezone

from mainstay.common.mail.letter import LetterRefused, address
from mainstay.common.mail.transports import MailUrlWrong, PermanentFailure, TemporaryFailure, transport_for
from mainstay.common.notify.channels.base import AddressWrong, Message, NotTaken


class Mail:
    """One address, spoken to through the installation's mail server."""

    key = "mail"
    label = "Mail"
    help_text = "An address such as on-call@agency.example."

    def check(self, address_: str, *, allow_private: bool) -> None:
        try:
            address("The address", address_)
        except LetterRefused as problem:
            raise AddressWrong(str(problem)) from problem

    def send(self, address_: str, message: Message, *, allow_private: bool) -> None:
        self.check(address_, allow_private=allow_private)
        to, sender = address("To", address_), address("From", settings.MAINSTAY.mail_from)
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = str(sender), str(to), message.title
        letter["Date"], letter["Message-ID"] = format_datetime(timezone.now()), make_msgid(domain=sender.domain)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        try:
            transport_for(settings.MAINSTAY.mail_url).send(letter, mail_from=sender.addr_spec, rcpt_to=to.addr_spec)
        except PermanentFailure as problem:
            raise AddressWrong(str(problem)) from problem
        except (TemporaryFailure, MailUrlWrong) as problem:
            raise NotTaken(str(problem)) from problem
