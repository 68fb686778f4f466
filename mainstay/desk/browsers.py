"""Which browser somebody uses, in words that a helper understands: a guess from what it says of itself. Pure."""

import re

_BROWSERS = (
    (re.compile(r"\b(?:Edg|EdgA|EdgiOS)/(\d+)"), "Edge"),
    (re.compile(r"\b(?:OPR|OPT)/(\d+)"), "Opera"),
    (re.compile(r"\bSamsungBrowser/(\d+)"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/(\d+)"), "Firefox"),
    (re.compile(r"\b(?:Chrome|CriOS)/(\d+)"), "Chrome"),
    (re.compile(r"\bVersion/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/"), "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
READ_MAX = 500


def described(user_agent: str) -> str:
    """`Firefox 128 on Windows`; what is not known is left out, and a stranger gives nothing."""
    said = user_agent[:READ_MAX]
    found = ((name, pattern.search(said)) for pattern, name in _BROWSERS)
    browser = next((f"{name} {match.group(1)}" for name, match in found if match), "")
    system = next((name for word, name in _SYSTEMS if word in said), "")
    return f"{browser} on {system}" if browser and system else browser
