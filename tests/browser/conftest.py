"""The academy as people meet it: the sample at full size, served with its worker, in a real Chromium."""

import fcntl
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # xdist has no types

from tests.browser.certifying import Sit
from tests.browser.served import DESK, PHONE, Academy, ask_for_code, fill, launched, served
from tests.browser.walking import Shelf, Walk, reading

# `./run test` walks in several processes: each keeps here what it met, and test_walked.py then judges all of it.
KEPT = os.environ.get("ACADEMY_KEEP_WALKS")
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
_counted: Counter[str] = Counter()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all journeys."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


class Journeys(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """The journeys of a file follow one another in one process, but of the walks each process may take any."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file.endswith("/test_crawl.py") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Journeys | None:
    """Deal the journeys out ourselves: xdist 3.8 marks its groups where pytest 9.2 no longer looks for them."""
    return Journeys(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample academy, filled once for all processes; whoever changes what others need serves a copy."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if _PROCESS else own
    var, half = shared / "sample", shared / "sample-half-filled"
    with (shared / "sample.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not var.exists():
            shutil.rmtree(half, ignore_errors=True)  # of a process that failed
            fill(half)
            half.rename(var)
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
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Where the journeys of this process keep the pages that they were shown."""
    folder = Path(KEPT) / (_PROCESS or "alone") if KEPT else tmp_path_factory.mktemp("pages")
    folder.mkdir(parents=True, exist_ok=True)
    shelf = Shelf(folder, counts=_counted)
    yield shelf
    shelf.note()


@pytest.fixture(scope="session")
def walked(request: pytest.FixtureRequest) -> Shelf:
    """All that was met: by every process of the run before, or by this process so far."""
    if not KEPT:
        shelf: Shelf = request.getfixturevalue("shelf")
        return shelf
    every = Shelf(Path(KEPT), counts=_counted)
    every.take_in()
    return every


@pytest.fixture(scope="session")
def counts(shelf: Shelf) -> Counter[str]:
    """What was looked at, for the summary."""
    return shelf.counts


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


@pytest.fixture(scope="module")
def here(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """An academy of one file's own, for journeys that change what others need."""
    var = tmp_path_factory.mktemp("here") / "var"
    shutil.copytree(filled, var)
    with served(var) as academy:
        yield academy


@pytest.fixture
def sit(chromium: Browser, here: Academy, shelf: Shelf, counts: Counter[str]) -> Sit:
    """Let somebody sit down, at a desk unless on a phone; whatever was wrong with a page fails the test."""

    @contextmanager
    def sitting(who: str, *, phone: str = "", small: bool = False) -> Iterator[Walk]:
        viewport = PHONE if phone or small else DESK
        with reading(chromium, here, "visitor" if phone else who, viewport=viewport) as page:
            if phone:
                page.fill("input[name=code]", ask_for_code(page, phone))
                page.click('form[action="/login/code"] button')
                page.wait_for_url("**/me/")
            walk = Walk(page, who, "zh_CN", shelf)
            yield walk
        counts.update(walk.counts)
        assert not walk.faults, "\n".join(walk.faults)

    return sitting


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
