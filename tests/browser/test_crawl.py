"""Every page that somebody can come to by links: it answers, fits, speaks one language, and is open to all."""

from collections import Counter, defaultdict

import pytest
from playwright.sync_api import Browser

from tests.browser.served import DESK, PHONE, Academy
from tests.browser.walking import NARROW, Shelf, Walk, explore, kind_of, reading

MAIN_PAGES = {
    # the longest walks first, so that of two processes neither waits long for the other
    "admin": {"/admin/", "/admin/classes/", "/admin/classes/<code>", "/admin/classes/<code>/certificates",
              "/admin/classes/new", "/admin/batches/<int:batch_id>", "/admin/people/",
              "/admin/people/<int:person_id>", "/admin/certificates/", "/admin/places/", "/admin/programmes/",
              "/admin/class-values/", "/admin/notices/", "/search"},
    "manager": {"/teach/", "/teach/classes/<code>", "/teach/classes/<code>/conclude",
                "/teach/classes/<code>/sittings/<int:sitting_id>", "/teach/classes/<code>/sign-in-sheet"},
    "teacher": {"/teach/", "/teach/timetable"},
    "auditor": {"/audit/"},
    "trainee": {"/me/", "/me/timetable", "/me/hours", "/me/certificates", "/account/", "/classes/<code>"},
    "visitor": {"/", "/courses/", "/courses/<slug>", "/classes/", "/classes/<code>", "/sites/", "/sites/<slug>",
                "/notices/", "/verify/", "/login", "/register", "/guide/"},
    "district": {"/unit/", "/unit/requests"},
    "liaison": {"/unit/", "/unit/requests", "/account/"},
}  # fmt: skip


def closely(walk: Walk, path: str) -> None:
    """Ask axe about a page; about a main page also in the dark and in large type."""
    walk.ask_axe(path)
    if kind_of(path) not in MAIN_PAGES[walk.role]:
        return
    walk.page.emulate_media(color_scheme="dark")
    walk.ask_axe(f"{path} in the dark", by_colour=True)
    walk.page.emulate_media(color_scheme="light")
    walk.page.evaluate("document.documentElement.classList.add('large-type')")
    walk.measure(f"{path} in large type", NARROW, walk.width)
    walk.ask_axe(f"{path} in large type", by_colour=True)


@pytest.mark.parametrize("role", list(MAIN_PAGES))
def test_every_page_in_reach_is_open_to_all(
    chromium: Browser, academy: Academy, shelf: Shelf, counts: Counter[str], role: str
) -> None:
    with reading(chromium, academy, role, viewport=PHONE) as page:
        walk = Walk(page, role, "zh_CN", shelf)
        explore(walk, "/" if role == "visitor" else "/desk", closely)
    with reading(chromium, academy, role, viewport=DESK, locale="en") as page:
        english = Walk(page, role, "en", shelf)
        for paths in walk.kinds.values():
            english.go(paths[0])
            english.measure(paths[0], PHONE["width"], DESK["width"])
            if kind_of(paths[0]) in MAIN_PAGES[role]:
                english.ask_axe(paths[0])
    counts.update(walk.counts + english.counts)
    shelf.roles.add(role)
    faults = walk.faults + english.faults + alike(walk.titles)
    assert not faults, "\n".join(faults)
    assert set(walk.kinds) >= MAIN_PAGES[role]


def alike(titles: dict[str, str]) -> list[str]:
    """Name the kinds of page that share a title, so that a reader cannot tell their tabs apart."""
    kinds = defaultdict(list)
    for kind, title in titles.items():
        kinds[title].append(kind)
    return [f"one title for several pages: {title}: {same}" for title, same in kinds.items() if len(same) > 1]
