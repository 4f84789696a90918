"""A served academy for journeys and pictures: the sample at full size, and a Chromium to look at it with."""

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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy.orm import Session

from academy.app import bind
from academy.ground import db
from academy.ground.settings import ROOT, read
from academy.people.sample.staff import PASSWORD

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 860}
_START_SECONDS = 180
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True)
class Academy:
    """A running academy: where it is served, and the folder of all that it makes."""

    url: str
    var: Path
    base_url: str
    """The address that it prints on paper."""

    @property
    def environ(self) -> dict[str, str]:
        """The environment that it runs in."""
        port = self.url.rpartition(":")[2]
        own = {"ACADEMY_VAR": str(self.var), "ACADEMY_PORT": port, "ACADEMY_BASE_URL": self.base_url}
        return {**os.environ, **{name: value for name, value in own.items() if value}}


def fill(var: Path) -> None:
    """Make a sample academy, to be served as it is or copied first."""
    subprocess.run(
        [sys.executable, "-m", "academy", "demo"], cwd=ROOT, env=Academy("", var, "").environ, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def served(var: Path, base_url: str = "") -> Iterator[Academy]:
    """Fill a sample academy where there is none, and serve it by the very command of the README."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    academy = Academy(url, var, base_url or url)
    said = var / "served.log"
    with said.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "academy", "up"], cwd=ROOT, env=academy.environ, stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(academy.url, process, said)
            yield academy
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait(url: str, process: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, said.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"not served within {_START_SECONDS} s: {said.read_text()[-3000:]}")


@contextmanager
def looking_into(academy: Academy) -> Iterator[Session]:
    """Read the academy's database by its own code and keys, for what no page may show."""
    database = bind(read(academy.environ))
    try:
        with db.reading() as session:
            yield session
    finally:
        database.close()


@contextmanager
def reaching_into(academy: Academy) -> Iterator[Session]:
    """Change the academy's database by hand, for what no page may do."""
    database = bind(read(academy.environ))
    try:
        with db.transaction() as session:
            yield session
    finally:
        database.close()


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: ./run test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()


def sign_in(page: Page, name: str) -> None:
    """Sign in as one of the sample's named accounts; whoever was signed in before is signed out."""
    page.context.clear_cookies()
    page.goto("/login?way=password")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click('form[action="/login"] button')
    page.wait_for_url(re.compile(r"/(me|teach|unit|admin|audit)/$"))


def ask_for_code(page: Page, phone: str) -> str:
    """Have a code sent to a phone, and give it: the sample shows it on the page."""
    page.context.clear_cookies()
    page.goto("/login")
    page.fill("input[name=phone]", phone)
    page.click('form[action="/login/phone"] button')
    page.wait_for_url("**/login/code")
    return code_shown(page)


def code_shown(page: Page) -> str:
    """Read the code that the sample shows in place of a message."""
    found = _CODE.search(page.inner_text("main .flash"))
    assert found, page.inner_text("main")
    return found[0]
