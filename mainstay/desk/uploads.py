"""Which files people may send with a request. What a file is, its first bytes say, not its name."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mainstay.desk.filetypes import OTHER, media_type

FILES_MAX = 5
FILE_MB_MAX = 10


@dataclass(frozen=True)
class Limits:
    """How many files may come with a request, and how large each may be."""

    files: int
    mb: int

    @property
    def bytes(self) -> int:
        """The largest file."""
        return self.mb * 1024 * 1024

    @property
    def words(self) -> str:
        """The same as it is said beside the field."""
        return _("Up to %(files)d files of at most %(mb)d MB each.") % {"files": self.files, "mb": self.mb}


USUAL = Limits(FILES_MAX, FILE_MB_MAX)
STRANGERS = Limits(3, 5)
"""What somebody whom nobody knows may send."""

TAKEN = _("Pictures, PDF, text, Office documents, ZIP archives and short videos")
ACCEPT = "image/*,video/*,.pdf,.txt,.csv,.log,.json,.xml,.zip,.docx,.xlsx,.pptx,.doc,.xls,.odt,.ods"

_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEBM = b"\x1a\x45\xdf\xa3"


def trouble(name: str, content: bytes, *, any_data: bool = False, limits: Limits = USUAL) -> str:
    """Why a file cannot be taken, with what to do instead; empty when it can.

    Args:
        any_data: the file itself is what the request is about, so that its type may be one that nobody knows.
    """
    if not content:
        return _("“%(name)s” is empty. Open it to see whether anything is in it, then choose it again.") % {
            "name": name
        }
    if len(content) > limits.bytes:
        return _("“%(name)s” is larger than %(mb)d MB. Make it smaller, or write where we can fetch it.") % {
            "name": name,
            "mb": limits.mb,
        }
    if content.startswith(_PROGRAMS):
        return _("“%(name)s” is a program, which we do not take. Tell us its name and version instead.") % {
            "name": name
        }
    if any_data or _is_known(content):
        return ""
    return _("“%(name)s” is of a type that we do not take here. %(taken)s are fine; a screenshot often says most.") % {
        "name": name,
        "taken": TAKEN,
    }


def _is_known(content: bytes) -> bool:
    """Whether the content is of a type that people send in earnest: what phones and offices make."""
    is_media = content[4:8] == b"ftyp" or content.startswith((_OFFICE, _WEBM))
    return is_media or media_type(content) != OTHER or _is_old_text(content)


def _is_old_text(content: bytes) -> bool:
    """Whether it is text of an older character set, as spreadsheets still export it."""
    head = content[:4096]
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0c" for byte in head)
    high = sum(byte >= 128 for byte in head)
    return odd == 0 and high * 10 < len(head) * 3
