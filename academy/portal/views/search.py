"""Look for anything by a few words: the page, and what stands below the box in the head of every page."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.rules.numbers import read_number
from academy.ground.access import Capability
from academy.ground.feature import Hit, HitKind, Lookup
from academy.ground.search import marked
from academy.portal.rules import HIT_NAMES
from academy.portal.views.blueprint import bp
from academy.web.access import actor, public
from academy.web.htmx import asked_by_htmx
from academy.web.plugs import hits

_LONGEST = 100
_MOST = 50
_OF_A_KIND = 5
_HINTS_OF_A_KIND = 3


@bp.get("/search", endpoint="search")
@public
def look() -> ResponseReturnValue:
    """Show what words find among all that the reader may see, by kind, the best first."""
    words = request.args.get("q", "").strip()[:_LONGEST]
    if asked_by_htmx():
        found = _found(words, most=_HINTS_OF_A_KIND)
        return render_template("portal/_hints.html", found=found, **_said(words))
    found = _found(words, most=_MOST + 1)
    asked = request.args.get("kind", type=HitKind)
    kind = asked if asked in found else None
    most = _MOST if kind or len(found) == 1 else _OF_A_KIND
    return render_template(
        "portal/search.html",
        groups=[(each, of_kind[:most], len(of_kind)) for each, of_kind in found.items() if kind in {None, each}],
        tabs=_tabs(words, found, kind),
        most=_MOST,
        may_read_journal=actor().may(Capability.JOURNAL_READ),
        lists=_lists(words),
        certificate=read_number(words),
        **_said(words),
    )


def _lists(words: str) -> dict[HitKind, str]:
    """Lead to the office's own lists, which show all that words find, page by page."""
    reader = actor()
    lists = {}
    if reader.may(Capability.PERSON_LIST):
        lists[HitKind.PERSON] = url_for("people.list", q=words)
    if reader.may(Capability.CLASS_EDIT):
        lists[HitKind.CLASS] = url_for("classes.list", q=words)
    return lists


def _found(words: str, *, most: int) -> dict[HitKind, tuple[Hit, ...]]:
    """Look for words; kinds whose best hit begins with them come first."""
    found = hits(Lookup(words=words, most=most)) if words else {}
    ordered = sorted(found, key=lambda kind: not marked((found[kind][0].title,), words)[0][0][1])
    return {kind: found[kind] for kind in ordered}


def _said(words: str) -> dict[str, object]:
    """Give a template the words, the names of kinds, and a way to mark what was found."""
    return {"words": words, "names": HIT_NAMES, "marked": lambda *texts: marked(texts, words)}


def _tabs(
    words: str, found: dict[HitKind, tuple[Hit, ...]], chosen: HitKind | None
) -> list[tuple[str, str, bool, str]]:
    """Lead to each kind in which something was found; a count stops where nobody reads on."""
    return [
        (_("All"), url_for(".search", q=words), chosen is None, ""),
        *(
            (
                _(HIT_NAMES[kind]),
                url_for(".search", q=words, kind=kind.value),
                kind is chosen,
                str(len(of_kind)) if len(of_kind) <= _MOST else f"{_MOST}+",
            )
            for kind, of_kind in found.items()
        ),
    ]
