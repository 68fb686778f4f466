"""A mailbox on loopback that speaks as much IMAP as the desk asks for."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """What lies in the mailbox: UID → bytes; `seen` are those marked.

    `news` is said before each answer to FETCH; while `is_mute` nothing is said to it. `shown` is what was shown to sign
    in by a token; `idlers` are the sessions that wait for news.
    """

    port: int = 0
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    news: bytes = b""
    is_mute: bool = False
    can_idle: bool = False
    refuses_tokens: bool = False
    shown: list[str] = field(default_factory=list)
    idlers: list["_Session"] = field(default_factory=list)

    def tell_news(self, mails: dict[int, bytes]) -> None:
        """More mails lie there, and whoever waits is told."""
        self.mails = {**self.mails, **mails}
        for each in self.idlers:
            each.say(b"* 1 EXISTS")


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say(b"* OK ready")
        for line in self.rfile:
            tag, _, rest = line.strip().partition(b" ")
            if not self.answer(tag, rest.decode()):
                return

    def answer(self, tag: bytes, command: str) -> bool:
        box: Box = self.server.box  # type: ignore[attr-defined]
        word = command.upper()
        if word.startswith("CAPABILITY"):
            self.say(b"* CAPABILITY IMAP4rev1" + (b" IDLE" if box.can_idle else b""))
        elif word.startswith("AUTHENTICATE"):
            return self.authenticate(box, tag)
        elif word.startswith("IDLE"):
            self.say(b"+ idling")
            box.idlers.append(self)
            self.rfile.readline()
            box.idlers.remove(self)
        elif word.startswith("SELECT"):
            self.say(f"* {len(box.mails)} EXISTS".encode())
        elif word.startswith("STATUS"):
            self.say(f'* STATUS "INBOX" (UIDVALIDITY {box.validity} MESSAGES {len(box.mails)} UNSEEN 0)'.encode())
        elif word.startswith("UID SEARCH"):
            self.search(box, word)
        elif word.startswith("UID FETCH"):
            self.fetch(box, word)
        elif word.startswith("UID STORE"):
            box.seen.append(int(word.split()[2]))
        elif word.startswith("LOGOUT"):
            self.say(b"* BYE")
        self.say(tag + b" OK done")
        return not word.startswith("LOGOUT")

    def authenticate(self, box: Box, tag: bytes) -> bool:
        self.say(b"+ ")
        box.shown.append(base64.b64decode(self.rfile.readline()).decode())
        if box.refuses_tokens:
            self.say(b"+ " + base64.b64encode(b'{"status":"400"}'))
            self.rfile.readline()
            self.say(tag + b" NO no such token")
            return True
        self.say(tag + b" OK done")
        return True

    def search(self, box: Box, word: str) -> None:
        if exact := re.search(r"UID (\d+)\)?$", word):
            return self.say(f"* SEARCH {exact[1]}".encode() if int(exact[1]) in box.mails else b"* SEARCH")
        first = int(re.search(r"UID (\d+):\*", word)[1])  # type: ignore[index]
        found = [uid for uid in box.mails if uid >= first] or sorted(box.mails)[-1:]
        return self.say(f"* SEARCH {' '.join(map(str, found))}".encode())

    def fetch(self, box: Box, word: str) -> None:
        uid = int(word.split()[2])
        raw = box.mails[uid]
        if box.is_mute:
            return
        if box.news:
            self.say(box.news)
        if "RFC822.SIZE" in word:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})".encode())
            return
        if part := re.search(r"<0\.(\d+)>", word):
            raw = raw[: int(part[1])]
        self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}".encode())
        self.wfile.write(raw + b")\r\n")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def serving() -> Iterator[Box]:
    """A mailbox that answers until the block ends."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.box = Box(port=server.server_address[1])  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.box  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
