"""Read what a stranger sent in a process of its own: little time, little memory, nothing it could write to.

A parser of a foreign format may hang, fill the memory or crash. In here it takes no page of ours with it. One at a
time a process of the web: the machine's memory is what is shared.
"""

import resource
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress

from academy.ground.errors import Reason, Refused
from academy.ground.text import N_

BUSY = Reason("busy", N_("Other files are being read just now. Nothing was done: try again in a minute."))

_MEGABYTE = 1024 * 1024
_PATIENCE_SECONDS = 2  # whoever waits holds one of the few threads that answer pages
_OPEN_FILES = 64
_turn = threading.BoundedSemaphore(1)


class Overwhelmed(Exception):
    """What was sent took too much time or memory, or brought its reader down."""


def confine(*, seconds: int, megabytes: int) -> None:
    """Bind this process, the reader, to so much of the processor and of memory; it can write no file at all."""
    limits = {
        resource.RLIMIT_AS: megabytes * _MEGABYTE,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def read(module: str, data: bytes, *, seconds: float) -> bytes:
    """Hand bytes to a module's own process and give what it answers; raises Overwhelmed, or Refused where busy.

    The module is one of ours, run by name: nothing that was sent ever becomes a part of the command.
    """
    if not _turn.acquire(timeout=_PATIENCE_SECONDS):
        raise Refused(BUSY)
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            _command(module),
            input=data, capture_output=True, timeout=seconds, check=False, env={}, cwd="/",
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Overwhelmed(module) from error
    finally:
        _turn.release()
    if done.returncode != 0:
        raise Overwhelmed(module)
    return done.stdout


def lines(module: str, data: bytes, *, seconds: float) -> Generator[bytes]:
    """Hand bytes to a module's own process and give its answer line by line, as far as anybody asks for more.

    Whoever has heard enough closes the generator, and the process ends there. Raises as `read` does.
    """
    if not _turn.acquire(timeout=_PATIENCE_SECONDS):
        raise Refused(BUSY)
    try:
        with subprocess.Popen(  # noqa: S603 - our own module
            _command(module),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
        ) as process:  # fmt: skip
            yield from _heard(process, module, data, seconds)
    finally:
        _turn.release()


def _heard(process: subprocess.Popen[bytes], module: str, data: bytes, seconds: float) -> Iterator[bytes]:
    """Tell a process what to read and listen to it; it is not left running, whatever happens here."""
    alarm = threading.Timer(seconds, process.kill)
    alarm.start()
    try:
        if process.stdin and process.stdout:
            with suppress(BrokenPipeError):  # it died of what it read: its exit code says so
                process.stdin.write(data)
            with suppress(BrokenPipeError):
                process.stdin.close()
            yield from process.stdout
        if process.wait() != 0:
            raise Overwhelmed(module)
    finally:
        alarm.cancel()
        process.kill()


def _command(module: str) -> list[str]:
    return [sys.executable, "-I", "-X", "utf8", "-m", module]
