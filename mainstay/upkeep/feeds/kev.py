"""CISA's catalogue of vulnerabilities that are known to be used: https://www.cisa.gov/known-exploited-vulnerabilities-catalog."""

from mainstay.upkeep.feeds.files import Document
from mainstay.upkeep.feeds.reading import rows, table, text


def knows(document: Document) -> bool:
    """Whether it is the catalogue."""
    said = table(document.value)
    return "catalogVersion" in said and isinstance(said.get("vulnerabilities"), list)


def read(document: Document) -> set[str]:
    """The CVEs in it."""
    return {text(each.get("cveID")) for each in rows(table(document.value)["vulnerabilities"])} - {""}
