"""Processes that serve: the pages, the worker, and both together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from academy.ground.settings import ROOT, Settings

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


def granian_command(settings: Settings) -> list[str]:
    """Say how the pages are served."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi",
        "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_workers), "--blocking-threads", str(settings.web_threads),
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip


def serve_pages(settings: Settings, *, say: Callable[[str], object]) -> int:
    """Become the page server; gives an exit code only where its port is taken."""
    if not is_taken(settings.host, settings.port):
        os.chdir(ROOT)
        os.execv(sys.executable, granian_command(settings))  # noqa: S606 - our own interpreter, our own words
    say(_taken(settings, "academy serve"))
    return 1


def serve_all(settings: Settings, *, say: Callable[[str], object]) -> int:
    """Start pages and worker, tell when they answer, and stop both together; gives the exit code."""
    if is_taken(settings.host, settings.port):
        say(_taken(settings, "./run"))
        return 1
    commands = (granian_command(settings), [sys.executable, "-m", "academy", "worker"])
    children = [subprocess.Popen(command, cwd=ROOT) for command in commands]  # noqa: S603 - our own words

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        wait_until_served(settings, children[0])
        say(f"· 已启动，请打开 / served at  http://{settings.host}:{settings.port}  （Ctrl+C 停止 / stops）")
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("· 正在停止 / stopping")
        return 0
    else:
        say("· 一个进程意外退出 / a process ended by itself; see the lines above")
        return 1
    finally:
        _stop(children)


def _taken(settings: Settings, command: str) -> str:
    """Say that somebody listens on the port, and how to choose another."""
    taken = f"端口 {settings.port} 已被占用 / port {settings.port} is taken"
    return f"· {taken}：ACADEMY_PORT={settings.port + 1} {command}"


def is_taken(host: str, port: int) -> bool:
    """Tell whether somebody listens there; a second page server would share the port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as problem:
        return problem.errno == errno.EADDRINUSE
    return False


def wait_until_served(settings: Settings, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the pages answer, or their server has ended."""
    address = f"http://{settings.host}:{settings.port}/healthz"
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    """Ask both to end what they do, the worker gently (SIGINT lets a job finish), then insist."""
    for child, gently in zip(children, (signal.SIGTERM, signal.SIGINT), strict=True):
        if child.poll() is None:
            child.send_signal(gently)
    until = time.monotonic() + _STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
