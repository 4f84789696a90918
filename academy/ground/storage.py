"""Files: put once under the SHA-256 of their bytes, in a local folder or an S3-compatible store.

The store in use is bound at start and opened by the process that first needs it. Its threads do not survive a
fork: a process that forks must not have used it, and a child that would wait for them for ever is told.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from obstore.exceptions import GenericError
from obstore.store import LocalStore, ObjectStore, from_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the bytes of a file are: first those it shares with others, if any, then a stretch of a pack.

    Thousands of files that differ little are kept as a few packs: one sync a pack, and what they share but once.
    """

    sha256: str
    """Of the whole file."""
    shared: str | None
    pack: str
    offset: int | None = None
    length: int | None = None
    """None for a file that is a pack of its own."""


SHARED, PACK = "shared", "pack"


class Storage:
    """A store of immutable files, found again by what they hold."""

    def __init__(self, url: str) -> None:
        self._folder = Path(urlsplit(url).path) if url.startswith("file://") else None
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._store: ObjectStore = LocalStore(self._folder) if self._folder else from_url(url)

    def put(self, data: bytes, kind: str) -> str:
        """Keep these bytes and tell their SHA-256; the same bytes twice are one file, as young as its last put.

        On a local disk file and folder are synced before this returns, because a store that only renames
        can lose a file that the database already names.
        """
        digest = hashlib.sha256(data).hexdigest()
        self._store.put(self._key(digest, kind), data)
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

    def read(self, place: Place, kind: str) -> bytes:
        """Put a file together; raises as `get` does. `kind` is that of a file which is a pack of its own."""
        if place.offset is None or place.length is None:
            if place.pack != place.sha256:
                raise ValueError(f"The file {place.sha256} is a pack of its own, and no other than {place.pack}.")
            return self.get(place.pack, kind)
        try:
            own = self._store.get_range(self._key(place.pack, PACK), start=place.offset, length=place.length)
        except GenericError as error:
            raise ValueError(f"The pack {place.pack} is shorter than it was.") from error
        data = (self.get(place.shared, SHARED) if place.shared else b"") + bytes(own)
        if hashlib.sha256(data).hexdigest() != place.sha256:
            raise ValueError(f"The file {place.sha256} no longer holds the bytes it was kept under.")
        return data

    def keys(self, kind: str) -> Iterator[tuple[str, datetime]]:
        """List what is kept of a kind, by SHA-256, each with the moment it was put."""
        for some in self._store.list(kind):
            for each in some:
                yield Path(each["path"]).name.partition(".")[0], each["last_modified"]

    def remove(self, digest: str, kind: str) -> None:
        """Forget a file that nothing names."""
        self._store.delete(self._key(digest, kind))

    @staticmethod
    def _key(digest: str, kind: str) -> str:
        return f"{kind}/{digest[:2]}/{digest}.{kind}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(slots=True)
class _Binding:
    """The store that a process uses, once it has opened it, and which process that was."""

    url: str
    store: Storage | None = None
    process: int = 0


_bound: list[_Binding] = []


def bind(url: str) -> None:
    """Make the store at this URL the one in use: `file:///var/lib/academy/files` or `s3://bucket/prefix`."""
    _bound[:] = [_Binding(url)]


def bound() -> Storage:
    """Give the store in use, opened on first use."""
    if not _bound:
        raise RuntimeError("No file store is bound. create_app and the command line do it by storage.bind(...).")
    binding = _bound[0]
    if binding.store is None:
        binding.store, binding.process = Storage(binding.url), os.getpid()
    elif binding.process != os.getpid():
        raise RuntimeError("The file store was in use before this process was forked. Fork first, or spawn.")
    return binding.store
