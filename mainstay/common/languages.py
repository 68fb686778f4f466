"""The languages that pages for clients and letters to them can be in. Pure.

A further one needs a line here, a migration, and a folder in `mainstay/locale` (docs/use/languages.md).
"""

LANGUAGES_SPOKEN = (("en-gb", "English"), ("de", "Deutsch"))
"""Each by the code that browsers send and the name that it has for itself; the first is what all else falls back to."""

USUAL = LANGUAGES_SPOKEN[0][0]
