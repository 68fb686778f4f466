"""Which certificate authorities the prober trusts."""

import os
from pathlib import Path

import certifi


class TrustFileWrong(ValueError):
    """The file of further authorities cannot be read."""


def bundle(further: str, folder: Path) -> str:
    """The path of one file with all trusted authorities: certifi's, and those of the file `further` if it is set.

    libcurl keeps a store loaded for a path between requests, so they are put together once, in `folder`.

    Raises:
        TrustFileWrong: `further` cannot be read or holds no certificate.
    """
    if not further:
        return certifi.where()
    try:
        added = Path(further).read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise TrustFileWrong(f"MAINSTAY_WATCH_CA_FILE cannot be read: {problem}") from problem
    if "-----BEGIN CERTIFICATE-----" not in added:
        raise TrustFileWrong(f"MAINSTAY_WATCH_CA_FILE holds no certificate: {further}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "trusted-authorities.pem"
    draft = folder / f"trusted-authorities.{os.getpid()}.pem"
    draft.write_text(Path(certifi.where()).read_text() + "\n" + added)
    draft.replace(path)
    return str(path)
