"""Many browsers at once in one thread: each connection presses a button for one person after the other.

A load generator must leave the processor to what it measures: the requests are made beforehand, and of an answer
only the status and the length are read. A rush of a thousand costs it some 0.1 s.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_ENDS = b"\r\n\r\n"


@dataclass(frozen=True)
class Heard:
    """One answer: its status, how long it took, and its body."""

    status: int
    ms: float
    body: bytes


@dataclass
class _Rush:
    waiting: Iterator[bytes]
    heard: list[Heard] = field(default_factory=list)


class _Browser(asyncio.Protocol):
    """One connection, kept open; it ends when nobody waits any more."""

    def __init__(self, rush: _Rush, ended: "asyncio.Future[None]") -> None:
        self.rush, self.ended = rush, ended
        self.came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._press()

    def data_received(self, data: bytes) -> None:
        self.came += data
        head, ends, body = self.came.partition(_HEAD_ENDS)
        if not ends:
            return
        length = _LENGTH.search(head)
        assert length is not None, head
        if len(body) < int(length[1]):
            return
        self.rush.heard.append(Heard(int(head[9:12]), (time.perf_counter() - self.began) * 1000, body))
        self._press()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("The server closed a connection in between."))

    def _press(self) -> None:
        wanted = next(self.rush.waiting, None)
        if wanted is None:
            self.ended.set_result(None)
            self.transport.close()
            return
        self.came, self.began = b"", time.perf_counter()
        self.transport.write(wanted)


def request(path: str, form: str, cookie: str) -> bytes:
    """Write down one POST as a browser sends it."""
    lines = (
        f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookie}",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}",
    )  # fmt: skip
    return "\r\n".join((*lines, "", form)).encode()


def rush(port: int, requests: Sequence[bytes], *, concurrency: int) -> tuple[list[Heard], float]:
    """Send all requests through so many connections, and tell the answers and the seconds it took."""

    async def press() -> list[Heard]:
        loop = asyncio.get_running_loop()
        all_of_them = _Rush(iter(requests))
        ended = [loop.create_future() for _ in range(concurrency)]
        for one in ended:
            await loop.create_connection(partial(_Browser, all_of_them, one), "127.0.0.1", port)
        await asyncio.gather(*ended)
        return all_of_them.heard

    began = time.perf_counter()
    heard = asyncio.run(press())
    return heard, time.perf_counter() - began
