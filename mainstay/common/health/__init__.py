"""What `mainstay doctor` looks at. A check is a function that returns a `Finding`; areas add their own.

@check("mail server")
def mail_server() -> Finding:
    return Finding.fail("mail.example.org refuses the password", "Set MAINSTAY_MAIL_URL anew")
"""

from mainstay.common.health import database, machine, queues
from mainstay.common.health.findings import Check, Finding, Health, check, examine

__all__ = ["Check", "Finding", "Health", "check", "database", "examine", "machine", "queues"]
