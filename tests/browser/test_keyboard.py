"""The three journeys by keyboard alone, and the focus in sight at every stop."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from academy.people.sample.staff import PASSWORD
from tests.browser.keyboard import Keyboard, say
from tests.browser.served import DESK, PHONE, Academy, code_shown, served, sign_in

ANY = r".+"
PRESENT = 3
EVERYTHING = 500
WORKS_AT = {"/me/": "trainee", "/teach/": "manager", "/admin/": "admin"}
TITLE = "新任网格员岗前"


@pytest.fixture(scope="module")
def own(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """An academy of these journeys' own, for the other ones conclude the same class."""
    var = tmp_path_factory.mktemp("keyboard") / "var"
    shutil.copytree(filled, var)
    with served(var) as academy:
        yield academy


@contextmanager
def keys(chromium: Browser, academy: Academy, viewport: ViewportSize, counts: Counter[str]) -> Iterator[Keyboard]:
    """Put a reader's hands on the keys; in the end nowhere may the focus have been out of sight."""
    context = chromium.new_context(viewport=viewport, base_url=academy.url, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    hands = Keyboard(context.new_page())
    yield hands
    context.close()
    counts["stops of the keyboard"] += hands.stops
    assert not hands.lost, "\n".join(dict.fromkeys(hands.lost))


def sign_in_by_name(hands: Keyboard, name: str) -> None:
    hands.page.goto("/login?way=password")
    hands.write(name)
    hands.to(f"{say('Password')}{ANY}")
    hands.write(PASSWORD)
    hands.go(say("Sign in"))


def test_a_trainee_enrols_and_withdraws_by_keyboard(chromium: Browser, own: Academy, counts: Counter[str]) -> None:
    with keys(chromium, own, PHONE, counts) as hands:
        hands.page.goto("/login")
        hands.write("19900000000")
        hands.go(say("Send me a code"))
        hands.write(code_shown(hands.page))
        hands.go(say("Go on"))
        assert hands.page.url.endswith("/me/")

        hands.page.goto("/classes/")
        hands.to_main()
        hands.press("/")
        hands.write(TITLE)
        hands.enter()
        hands.to_main()
        hands.go(f".*{TITLE}.*")
        title = hands.page.inner_text("h1")
        hands.to_main()
        hands.go(say("Take a place"))
        expect(hands.page.locator("main > .flash")).to_contain_text("已报上名")

        hands.to_main()
        hands.agree(say("Withdraw"), say("Yes, withdraw"))
        assert hands.page.inner_text("h1") == title
        expect(hands.page.get_by_role("button", name=say("Take a place"))).to_be_visible()


def test_a_class_manager_takes_a_register_and_concludes_by_keyboard(
    chromium: Browser, own: Academy, counts: Counter[str]
) -> None:
    with keys(chromium, own, DESK, counts) as hands:
        sign_in_by_name(hands, "manager")
        hands.to_main()
        hands.go(".*认定.*")
        code = re.findall(r"/teach/classes/([\d-]+)", hands.page.url)[0]
        hands.page.goto(f"/teach/classes/{code}")
        hands.to(say("Attendance register"), back=True)  # past 300 people from above
        hands.enter()

        hands.to_main()
        hands.go(say("Untick all"))
        hands.to_main()
        for _ in range(PRESENT):
            hands.to(r".+ · .+")
            hands.press("Space")
        hands.go(say("Save the register"), most=EVERYTHING)
        expect(hands.page.locator("main > .flash")).to_contain_text(str(PRESENT))

        hands.page.goto(f"/teach/classes/{code}")
        hands.to_main()
        hands.go(say("Look at the numbers"))
        hands.to_main()
        hands.agree(say("Conclude the class"), say("Yes, conclude"))
        expect(hands.page.locator("main > .flash")).to_be_visible()


def test_two_admins_issue_certificates_by_keyboard(chromium: Browser, own: Academy, counts: Counter[str]) -> None:
    with keys(chromium, own, DESK, counts) as hands:
        sign_in_by_name(hands, "admin")
        hands.page.goto("/admin/certificates/")
        hands.to_main()
        people = hands.page.locator("#classes tbody .number-cell").all_inner_texts()
        for _ in range(people.index(min(people, key=lambda said: int(re.findall(r"\d+", said)[0]))) + 1):
            hands.to(say("See who is eligible"))
        hands.enter()
        hands.to_main()
        hands.agree(r"\D+\d+\D+", r"\D+\d+\D+")
        batch = hands.page.url.removeprefix(own.url)
        assert batch.startswith("/admin/batches/")

    with keys(chromium, own, DESK, counts) as hands:
        sign_in_by_name(hands, "admin2")
        hands.page.goto(batch)
        hands.to_main()
        hands.agree(say("Sign"), say("Sign and issue"))
        expect(hands.page.locator("[data-job] .tag")).to_have_text("已完成", timeout=120_000)
        hands.to_main()
        hands.go(ANY)
        expect(hands.page.locator("#state .now, #state .done")).to_have_count(4)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", ["/", "/_kitchen", "/me/", "/teach/", "/admin/"])
def test_the_focus_is_in_sight_there_and_back(
    chromium: Browser, own: Academy, counts: Counter[str], path: str, viewport: ViewportSize
) -> None:
    with keys(chromium, own, viewport, counts) as hands:
        if path in WORKS_AT:
            sign_in(hands.page, WORKS_AT[path])
        hands.page.goto(path)
        for key in ("Tab", "Shift+Tab"):
            for _ in range(EVERYTHING):
                hands.press(key)
                if hands.stop() is None:
                    break
