"""What a file is, by its first bytes. Pure; what is not on the list is just bytes."""

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
OTHER = "application/octet-stream"


def media_type(content: bytes) -> str:
    """The media type of `content`; text counts only when all of it is readable."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_text(content) else OTHER


def _is_text(content: bytes) -> bool:
    try:
        return bool(content) and "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
