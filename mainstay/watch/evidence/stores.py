"""Where day files lie: a folder of the installation, or a bucket of S3-compatible storage.

Both keep a file under its name (`dayfiles.name_of`), whole or not at all. What DuckDB reads is always a file on this
machine: of a bucket, a copy in a private folder for as long as it is read.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from mainstay.common.scratch import scratch

SCRATCH = ".evidence-"
TRIES_AGAIN = 4
TRIES_FOR = timedelta(seconds=30)
CONNECT_S, REQUEST_S = "10s", "120s"
ERROR_MAX = 300
NO_BUCKET = "NoSuchBucket"


class FileMissing(Exception):
    """There is no day file of that name."""


class StorageFailed(OSError):
    """The bucket cannot be reached, or does not let us in; nothing was written."""


class Store(Protocol):
    """What keeps day files."""

    def writing(self, name: str) -> AbstractContextManager[Path]:
        """Where to write a file; at the end of the block it is kept under `name`, unless the block failed.

        Raises:
            OSError: it cannot be kept.
        """

    def reading(self, name: str) -> AbstractContextManager[Path]:
        """A file that can be read within the block.

        Raises:
            FileMissing: there is none.
            OSError: it cannot be fetched.
        """

    def remove(self, name: str) -> None:
        """Forget a file; that there is none is no error."""

    def names(self) -> Iterator[str]:
        """All files that are kept, in no order."""


class Folder:
    """Day files in a folder. Whoever writes one does so whole or not at all (`dayfiles.write`)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        yield self._root / name

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        path = self._root / name
        if not path.is_file():
            raise FileMissing(f"{name} is missing")
        yield path

    def remove(self, name: str) -> None:
        (self._root / name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        for path in self._root.glob("*/*/*/*.parquet"):
            yield str(path.relative_to(self._root))


class Bucket:
    """Day files in a bucket, below a prefix. `room` is a folder for copies while they are written or read."""

    def __init__(self, url: str, room: Path, **access: Any) -> None:
        """`url` is s3://BUCKET/PREFIX; `access` as `obstore.store.S3Store` takes it."""
        parts = urlsplit(url)
        plain = str(access.get("endpoint", "")).startswith("http://")
        self._room = room
        self._store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            client_options={"allow_http": plain, "connect_timeout": CONNECT_S, "timeout": REQUEST_S},
            retry_config={"max_retries": TRIES_AGAIN, "retry_timeout": TRIES_FOR},
            **access,
        )

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        with scratch(self._room, SCRATCH) as folder:
            path = folder / Path(name).name
            yield path
            with _told(name):
                obstore.put(self._store, name, path)

    @contextmanager
    def reading(self, name: str) -> Iterator[Path]:
        with scratch(self._room, SCRATCH) as folder:
            path = folder / Path(name).name
            self._fetch(name, path)
            yield path

    def remove(self, name: str) -> None:
        with suppress(FileMissing), _told(name):
            obstore.delete(self._store, name)

    def names(self) -> Iterator[str]:
        with _told("the list of files"):
            for some in obstore.list(self._store):
                for each in some:
                    if each["path"].endswith(".parquet"):
                        yield each["path"]

    def _fetch(self, name: str, path: Path) -> None:
        with _told(name), path.open("wb") as file:
            for chunk in obstore.get(self._store, name).stream():
                file.write(chunk)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What the storage says, in one line and without what it quotes of the request."""
    try:
        yield
    except FileNotFoundError as problem:
        if NO_BUCKET in str(problem):
            raise StorageFailed(f"{what}: there is no such bucket") from problem
        raise FileMissing(f"{what} is missing") from problem
    except BaseError as problem:
        said = str(problem).splitlines()[0].partition(": <?xml")[0]
        raise StorageFailed(f"{what}: {said[:ERROR_MAX]}") from problem
