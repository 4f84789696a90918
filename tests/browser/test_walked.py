"""What the walks have met, as a whole: no page was left out, and all that was served is valid HTML."""

import pytest

from setup import markup
from tests.browser.conftest import KEPT
from tests.browser.test_crawl import MAIN_PAGES
from tests.browser.walking import Shelf, addresses

NO_PAGES = {
    "/static/<path:filename>", "/healthz", "/readyz", "/metrics", "/sw.js",  # for machines
    "/manifest.webmanifest",
    "/certificates/<number>.pdf", "/certificates/<number>.png", "/guide/pictures/<name>",  # files
    "/admin/batches/<int:batch_id>/preview/<int:person_id>.pdf",
    "/admin/classes/<code>/certificates/prints/<digest>.pdf", "/admin/certificates/paper/blank.xlsx",
    "/admin/certificates/designs/<series>/<int:version>.png", "/unit/verify/blank.xlsx",
    "/me/hours.<any(xlsx, csv):suffix>", "/admin/classes/<code>/quotas.<any(xlsx, csv):suffix>",
    "/admin/units/export.<any(xlsx, csv):suffix>", "/unit/imports/blank.xlsx",
    "/admin/classes/<code>/notice/<int:version>.pdf", "/unit/notices/<int:notice_id>.pdf",
    "/unit/classes/<code>/<int:unit_id>/stamped", "/unit/classes.<any(xlsx, csv):suffix>",
    "/unit/classes/<code>/<int:unit_id>/streets.<any(xlsx, csv):suffix>",
    "/admin/classes/<code>/admission.<any(xlsx, csv):suffix>",
    "/teach/classes/<code>/timetable.<any(xlsx, csv):suffix>",
    "/unit/notices.<any(xlsx, csv):suffix>", "/unit/imports.<any(xlsx, csv):suffix>",
    "/_kitchen/job", "/_kitchen/options", "/admin/pick/instructors",  # parts of pages, for scripts of ours
    "/desk",  # leads on to one's own desk
}  # fmt: skip


@pytest.fixture(autouse=True)
def _all_walks_were_made(walked: Shelf) -> None:
    missing = sorted(set(MAIN_PAGES) - walked.roles)
    assert not (missing and KEPT), f"nobody walked as {missing}"
    if missing:
        pytest.skip("not every walk was made in this run")


def test_no_page_was_left_out(walked: Shelf) -> None:
    pages = {rule.rule for rule in addresses().iter_rules() if "GET" in (rule.methods or ())}
    left_out = sorted(pages - NO_PAGES - walked.kinds)
    assert not left_out, "\n".join(left_out)


def test_the_pages_met_are_valid_html(walked: Shelf) -> None:
    walked.counts["pages of valid HTML"] = len(list(walked.folder.rglob("*.html")))
    faults = markup.faults(walked.folder)
    assert not faults, "\n".join(faults)
