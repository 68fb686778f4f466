"""Messages as lines of the console, for development."""

import sys

from mainstay.common.notify.channels.base import Message


class Console:
    """Writes each message to standard output."""

    key = "console"
    label = "Console"
    help_text = "Written to the output of the worker. For development; any word will do."

    def check(self, address: str, *, allow_private: bool) -> None:
        """Every address will do."""

    def send(self, address: str, message: Message, *, allow_private: bool) -> None:
        indented = message.text.strip().replace("\n", "\n    ")
        sys.stdout.write(f"--- alert on {address}: {message.title}\n    {indented}\n")
        sys.stdout.flush()
