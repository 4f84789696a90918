"""Files: put once under the SHA-256 of their bytes, in a local folder or an S3-compatible store."""

import hashlib
import os
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url


class Storage:
    """A store of immutable files, found again by what they hold."""

    def __init__(self, url: str) -> None:
        self._folder = Path(urlsplit(url).path) if url.startswith("file://") else None
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._store: ObjectStore = LocalStore(self._folder) if self._folder else from_url(url)

    def put(self, data: bytes, kind: str) -> str:
        """Keep these bytes and tell their SHA-256; the same bytes twice are one file.

        On a local disk file and folder are synced before this returns, because a store that only renames
        can lose a file that the database already names.
        """
        digest = hashlib.sha256(data).hexdigest()
        try:
            self._store.put(self._key(digest, kind), data, mode="create")
        except AlreadyExistsError:
            return digest
        if self._folder:
            path = self._folder / self._key(digest, kind)
            _sync(path)
            _sync(path.parent)
        return digest

    def get(self, digest: str, kind: str) -> bytes:
        """Read a file; raises FileNotFoundError where there is none, ValueError where its bytes have changed."""
        data = bytes(self._store.get(self._key(digest, kind)).bytes())
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"The file {self._key(digest, kind)} no longer holds the bytes it was kept under.")
        return data

    @staticmethod
    def _key(digest: str, kind: str) -> str:
        return f"{kind}/{digest[:2]}/{digest}.{kind}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def storage(url: str) -> Storage:
    """Open the store at a URL: `file:///var/lib/academy/files` or `s3://bucket/prefix`."""
    return Storage(url)


_bound: list[str] = []


def bind(url: str) -> None:
    """Make the store at this URL the one in use; it is opened on first use, by each process for itself."""
    _bound[:] = [url]


def bound() -> Storage:
    """Open the store in use."""
    if not _bound:
        raise RuntimeError("No file store is bound. create_app and the command line do it by storage.bind(...).")
    return storage(_bound[0])
