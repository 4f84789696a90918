"""The academy as people meet it: the sample at full size, served with its worker, in a real Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from academy.ground.settings import ROOT

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
PASSWORD = "academy-demo"
_START_SECONDS = 180
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class Academy:
    """A running academy: where it is served, and the folder of all that it makes."""

    url: str
    var: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all journeys."""
    for item in items:
        if "/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def academy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """The sample academy, filled and served by the very command of the README."""
    var, port = tmp_path_factory.mktemp("academy"), _free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {**os.environ, "ACADEMY_VAR": str(var), "ACADEMY_PORT": str(port), "ACADEMY_BASE_URL": url}
    log = (var / "served.log").open("w")
    served = subprocess.Popen(
        [sys.executable, "-m", "academy", "up"], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait(url, served, var)
        yield Academy(url, var)
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(30)
        log.close()


def _wait(url: str, served: "subprocess.Popen[bytes]", var: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert served.poll() is None, (var / "served.log").read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"not served within {_START_SECONDS} s: {(var / 'served.log').read_text()[-3000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: ./run test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """A trainee's phone."""
    yield from _page(chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, base_url=academy.url))  # type: ignore[arg-type]


@pytest.fixture
def desk(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """An office PC."""
    yield from _page(chromium.new_context(viewport=DESK, base_url=academy.url))  # type: ignore[arg-type]


def _page(context: BrowserContext) -> Iterator[Page]:
    """Give a page on which every script error and every refusal by our own policy is a failure."""
    context.set_default_timeout(15_000)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert not troubles, troubles


def sign_in(page: Page, name: str) -> None:
    """Sign in as one of the sample's named accounts; whoever was signed in before is signed out."""
    page.context.clear_cookies()
    page.goto("/login?way=password")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/(desk|me|teach|unit|admin|audit)"))
