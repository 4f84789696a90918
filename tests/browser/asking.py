"""Questions put to each process that serves pages, to tell how soon after a deed all of them know of it."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.served import Academy

PROCESSES = 2  # as many as serve unless a setting says otherwise
_ELSEWHERE = ("127.0.0.2", 0)  # so that nobody else may ask less often for it
_MOST_CONNECTIONS = 64
_EVERY_SECONDS = 0.05
_PARTS = "----part-of-the-form"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Told:
    """What one process answered, to a question put at a moment."""

    process: int
    asked_at: float
    words: str


@dataclass
class Watch:
    """Every answer of each process while something was done."""

    told: list[Told] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def known_at(self, words: str) -> float:
        """Tell when somebody was asked last who did not say it; fails unless each process did in the end."""
        last = {each.process: each for each in self.told}
        assert len(last) == PROCESSES
        assert all(words in each.words for each in last.values()), last
        return max(each.asked_at for each in self.told if words not in each.words)


@contextmanager
def each_process(academy: Academy) -> Iterator[dict[int, HTTPConnection]]:
    """Hold one connection to each process that serves pages."""
    where = urlsplit(academy.url)
    found: dict[int, HTTPConnection] = {}
    with ExitStack() as held:
        for _turn in range(_MOST_CONNECTIONS):
            connection = HTTPConnection(where.hostname or "", where.port, timeout=30, source_address=_ELSEWHERE)
            held.enter_context(closing(connection))
            get(connection, "/healthz")
            found.setdefault(_process_behind(connection), connection)
            if len(found) == PROCESSES:
                yield found
                return
        raise AssertionError(f"only {len(found)} processes answered")


def _process_behind(connection: HTTPConnection) -> int:
    """Find whose the other end of a connection is, as Linux tells it."""
    ours, theirs = (connection.sock.getsockname()[1], connection.sock.getpeername()[1])
    rows = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    wanted = next(
        f"socket:[{row[9]}]"
        for row in rows
        if row[1].endswith(f":{theirs:04X}") and row[2].endswith(f":{ours:04X}")
    )
    return next(process for process, link in _open_files() if link == wanted)


def _open_files() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            for entry in folder.iterdir():
                yield int(folder.parent.name), str(entry.readlink())
        except OSError:
            continue  # it ended, or is somebody else's


def get(connection: HTTPConnection, path: str) -> str:
    """Ask for a page; the connection stays."""
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def drop(connection: HTTPConnection, file: bytes) -> str:
    """Send a file to be judged, as the form of /verify/ does; gives the page that comes back."""
    connection.request("GET", "/verify/")
    asked = connection.getresponse()
    cookie = "; ".join(each.partition(";")[0] for each in asked.headers.get_all("Set-Cookie", []))
    token = _TOKEN.search(asked.read().decode())
    assert token
    body = b"".join([
        f'--{_PARTS}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token[1]}\r\n'.encode(),
        f'--{_PARTS}\r\nContent-Disposition: form-data; name="file"; filename="certificate.pdf"\r\n'.encode(),
        b"Content-Type: application/pdf\r\n\r\n", file, f"\r\n--{_PARTS}--\r\n".encode(),
    ])  # fmt: skip
    headers = {"Content-Type": f"multipart/form-data; boundary={_PARTS}", "Cookie": cookie}
    connection.request("POST", "/verify/file", body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    assert answer.status == 200, page
    return page


@contextmanager
def watching(processes: dict[int, HTTPConnection], path: str, *, seconds: float) -> Iterator[Watch]:
    """Ask each process for a page again and again, from before a deed until some seconds after it."""
    watch = Watch()
    asking = threading.Thread(target=_ask, args=(watch, processes, path))
    asking.start()
    try:
        yield watch
        time.sleep(seconds)
    finally:
        watch.stop.set()
        asking.join()


def _ask(watch: Watch, processes: dict[int, HTTPConnection], path: str) -> None:
    while not watch.stop.wait(_EVERY_SECONDS):
        for process, connection in processes.items():
            asked_at = time.time()
            watch.told.append(Told(process, asked_at, get(connection, path)))
