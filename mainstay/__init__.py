"""Mainstay keeps a web agency's support and maintenance policy for its clients, and proves that it was kept."""

from zoneinfo import reset_tzpath

__version__ = "0.1.0"

# Time zones come from the package `tzdata` alone, whose version each agreement keeps: the same facts and terms give
# the same figures on every machine.
reset_tzpath(())
