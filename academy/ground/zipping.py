"""ZIP files that are handed on while they are written: however large, they take up the space of one file."""

import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO, RawIOBase

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP can name: equal files give an equal ZIP
_AT_ONCE = 64 * 1024


class _Window(RawIOBase):
    """The end of a growing file: what was handed on is gone, in what was not the writer may go back.

    So each file's size and checksum stand before it, as every program expects that reads ZIPs from the start.
    """

    def __init__(self) -> None:
        self._begins = 0
        self._kept = BytesIO()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._begins + self._kept.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence != 0 or offset < self._begins:
            raise OSError("What was handed on is gone.")
        self._kept.seek(offset - self._begins)
        return offset

    def write(self, data: object) -> int:
        return self._kept.write(data)  # type: ignore[arg-type]  # bytes, or a view of them

    def taken(self) -> bytes:
        """Hand on what is there, and forget it."""
        data = self._kept.getvalue()
        self._begins += len(data)
        self._kept = BytesIO()
        return data


def stored(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Write named files into a ZIP as they come, not packed any smaller, and give it piece by piece."""
    window = _Window()
    with zipfile.ZipFile(window, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), data)
            yield from _pieces(window.taken())
    yield from _pieces(window.taken())


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _AT_ONCE):
        yield data[start : start + _AT_ONCE]
