"""The academy as people meet it: the sample at full size, served with its worker, in a real Chromium."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.served import DESK, PHONE, Academy, fill, launched, served
from tests.browser.walking import Shelf

_counted: Counter[str] = Counter()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all journeys."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample academy, filled once; whoever changes what others need serves a copy."""
    var = tmp_path_factory.mktemp("sample") / "var"
    fill(var)
    return var


@pytest.fixture(scope="session")
def academy(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """The sample academy, served once for all journeys."""
    var = tmp_path_factory.mktemp("academy") / "var"
    shutil.copytree(filled, var)
    with served(var) as academy:
        yield academy


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where all journeys keep the pages that they were shown."""
    return Shelf(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def counts() -> Counter[str]:
    """What was looked at, for the summary."""
    return _counted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was looked at."""
    if _counted:
        terminalreporter.write_line(" · ".join(f"{what} {count}" for what, count in _counted.items()))


@pytest.fixture
def phone(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """A trainee's phone."""
    yield from _page(chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, base_url=academy.url))


@pytest.fixture
def desk(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """An office PC."""
    yield from _page(chromium.new_context(viewport=DESK, base_url=academy.url))


@pytest.fixture
def plain(chromium: Browser, academy: Academy) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    yield from _page(chromium.new_context(viewport=PHONE, java_script_enabled=False, base_url=academy.url))


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
