"""The name that a person gave a file, made harmless. Pure."""

import re
import unicodedata

NAME_LIMIT = 200
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def harmless(file_name: str) -> str:
    """`file_name` without folders, control and direction signs; at most 200 characters, its ending kept."""
    name = unicodedata.normalize("NFC", file_name).replace("\\", "/").rpartition("/")[2]
    name = FORBIDDEN.sub("_", name).strip(" .")
    if len(name) <= NAME_LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        return name[:NAME_LIMIT]
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}.{ending}"
