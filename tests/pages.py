"""A test client that reads every page as a careful inspector would, so that quality cannot be forgotten."""

import os
import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import html5lib
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from academy.ground.settings import ROOT
from setup.trimming import classes

_XHTML = "{http://www.w3.org/1999/xhtml}"
# `./run test` has whole pages kept here, one of each shape, for html-validate to judge them all at once.
_KEPT = os.environ.get("ACADEMY_KEEP_PAGES")
_NO_SHAPE = re.compile(rb'"[^"]*"|>[^<]+<')


class PageClient(FlaskClient):
    """A browser without a screen: checks what it is shown, sends forms as they stand on the page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        redirected = 300 <= response.status_code < 400
        if response.mimetype == "text/html" and response.data and not redirected:
            partial = asked_for_a_part(response)
            inspect(response.get_data(as_text=True), partial=partial)
            if _KEPT and not partial:
                _keep(response.get_data(), Path(_KEPT))
            assert "nonce-" in response.headers["Content-Security-Policy"]
        return response

    def send_bare(self, url: str, **values: object) -> TestResponse:
        """Send values to an address with the token of some page of ours, such as a script of ours would."""
        return self.post(url, data={"csrf_token": self.token(), **values})

    def token(self) -> str:
        """Read this browser's CSRF token off a page."""
        document = parse(self.get("/verify/").get_data(as_text=True))
        return str(
            next(field.get("value") for field in document.iter("input") if field.get("name") == "csrf_token")
        )

    def send(self, url: str, page: str | None = None, **values: object) -> TestResponse:
        """Fetch a page, fill in its form to `url`, and send it; hidden fields go as they stand."""
        document = parse(self.get(page or url).get_data(as_text=True))
        for form in document.iter("form"):
            if form.get("method", "get").lower() == "post" and (form.get("action") or page or url) == url:
                return self.post(url, data={**_standing(form), **values})
        raise AssertionError(f"{page or url} has no form that posts to {url}")


def _keep(html: bytes, folder: Path) -> None:
    """Put a page away, unless one of its shape is there: one of the same tags in the same order."""
    shape = sha256(_NO_SHAPE.sub(b"><", html)).hexdigest()
    path = folder / f"{shape[:20]}.html"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(html)


def asked_for_a_part(response: TestResponse) -> bool:
    """Tell whether a script of ours asked, and got a part of a page."""
    return response.request.headers.get("HX-Request") == "true" and "HX-Retarget" not in response.headers


def parse(html: str) -> Any:
    """Read a page as browsers do, with plain tag names."""
    return _read(html, False).roots[0]  # noqa: FBT003


@dataclass(frozen=True)
class _Read:
    """A page, or a part of one, as browsers read it, and what they had to forgive."""

    roots: list[Any]
    faults: list[str]


@lru_cache(8)
def _read(html: str, partial: bool) -> _Read:  # noqa: FBT001 - one way to call, for the cache
    """Read a page once, however many ask about it; html5lib takes its time."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    roots = parser.parseFragment(html, container="main") if partial else [parser.parse(html).getroot()]
    return _Read(roots, [f"{line}:{column} {code} {values}" for (line, column), code, values in parser.errors])


def text_of(response: TestResponse) -> str:
    """Read what a page says, without its markup."""
    document = deepcopy(parse(response.get_data(as_text=True)))
    etree.strip_elements(document, "script", "style", with_tail=False)
    return re.sub(r"\s+", " ", "".join(document.itertext()))


def _standing(form: Any) -> dict[str, str]:
    """List what a form would send as it stands."""
    values: dict[str, str] = {}
    for field in form.iter("input", "select", "textarea"):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or kind in {"submit", "button", "file"}:
            continue
        if kind in {"checkbox", "radio"} and field.get("checked") is None:
            continue
        if field.tag == "select":
            chosen = [o for o in field.iter("option") if o.get("selected") is not None] or list(
                field.iter("option")
            )[:1]
            values[name] = (chosen[0].get("value") or "") if chosen else ""
        else:
            values[name] = field.text or "" if field.tag == "textarea" else field.get("value", "")
    return values


def inspect(html: str, *, partial: bool = False) -> None:
    """Fail on a page that a browser, a screen reader or our content policy would stumble over."""
    page = _read(html, partial)
    assert not page.faults, f"invalid HTML: {page.faults[:5]}"
    elements = [e for root in page.roots for e in root.iter() if isinstance(e.tag, str)]
    if not partial:
        _check_frame(elements)
    _check_elements(elements)


@cache
def cut_away() -> frozenset[str]:
    """List the classes of Bootstrap that pages do not get, and so must not wear."""
    whole = ROOT / "node_modules" / "bootstrap" / "dist" / "css" / "bootstrap.min.css"
    return classes(whole.read_text()) - set((ROOT / "setup" / "bootstrap.txt").read_text().split())


def _check_frame(elements: list[etree._Element]) -> None:
    titles = [e for e in elements if e.tag == "title" and parent(e) != "svg"]
    assert titles, "no title"
    assert (titles[0].text or "").strip(" ·"), "an empty title"
    assert elements[0].get("lang") in {"zh-CN", "en"}, "no language"
    assert sum(e.tag == "h1" for e in elements) == 1, "not exactly one h1"
    assert sum(e.tag == "main" for e in elements) == 1, "not exactly one main"


def _check_elements(elements: list[etree._Element]) -> None:
    ids = Counter(e.get("id") for e in elements if e.get("id"))
    assert not [name for name, times in ids.items() if times > 1], f"an id twice: {ids.most_common(3)}"
    labelled = {e.get("for") for e in elements if e.tag == "label"}
    for element in elements:
        assert element.get("style") is None, f"a style attribute: {etree.tostring(element)[:200]!r}"
        assert not [name for name in element.attrib if str(name).startswith("on")], "an on… attribute"
        cut = cut_away() & set((element.get("class") or "").split())
        assert not cut, f"classes that set-up cuts away: {cut}; name them in setup/bootstrap.txt"
        for reference in (element.get("aria-describedby") or "").split():
            assert reference in ids, f"aria-describedby names {reference}, which is not there"
        if element.tag == "form" and element.get("method", "get").lower() == "post":
            names = {field.get("name") for field in element.iter("input")}
            assert "csrf_token" in names, f"a form without CSRF token: {element.get('action')}"
        if element.tag in {"input", "select", "textarea"} and element.get("type") not in {"hidden", "submit"}:
            named = element.get("id") in labelled or element.get("aria-label") or element.get("aria-labelledby")
            assert named or parent(element) == "label", f"a field without label: {element.get('name')}"
        if element.tag == "script":
            assert element.get("nonce"), "a script without nonce"


def parent(element: etree._Element) -> str:
    """Tell the tag around an element."""
    around = element.getparent()
    return "" if around is None else str(around.tag).rpartition("}")[2]
