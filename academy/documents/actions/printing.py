"""Put single-page PDFs together for a printer: in one file, moved by a hair, with or without border and seal.

What pages have in common, such as border and fonts, is kept once, however many they are. The result is for paper:
it carries no signature and proves nothing.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from academy.ground.lazy import LazyModule

pikepdf = LazyModule("pikepdf")

ART, OVER = "/Art", "/Over"
"""The layers that pre-printed paper has already: all that is drawn below the words, and the seal above them."""
_POINTS = 72 / 25.4  # in a millimetre
_DEEPEST = 30
_PAGE_KEYS = ("/MediaBox", "/CropBox", "/Rotate", "/Group")


@dataclass(frozen=True, slots=True)
class Printed:
    """A file for a printer, and how many pages could not be taken apart and are in it whole."""

    data: bytes
    pages: int
    whole: int


def sheets(
    files: Iterable[bytes], *, bare: bool = False, right: float = 0.0, down: float = 0.0,
    title: str = "", each: Callable[[int], None] = lambda _done: None,
) -> Printed:  # fmt: skip
    """Make one file of the first pages of many, moved by so many millimetres, for `bare` without border and seal.

    Files are read one after the other; `each` is told how many are done.
    """
    with pikepdf.new() as pile:
        once = _Once(pile)
        before = once.stream(b"q 1 0 0 1 %.3f %.3f cm\n" % (right * _POINTS, -down * _POINTS))
        after = once.stream(b"\nQ")
        pages = whole = 0
        for pages, data in enumerate(files, start=1):
            with pikepdf.open(BytesIO(data)) as source:
                page = source.pages[0].obj
                layered = _is_layered(page)
                whole += bare and not layered
                taken = _taken(once, page, before, after, bare=bare and layered)
            pile.pages.append(pikepdf.Page(pile.make_indirect(taken)))
            each(pages)
        pile.docinfo["/Title"] = title
        kept = BytesIO()
        pile.save(kept, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return Printed(kept.getvalue(), pages, whole)


def _is_layered(page: Any) -> bool:  # noqa: ANN401 - an object of pikepdf, here and below
    """Tell whether border and seal are forms of their own, as the engine's files have them."""
    forms = page.get("/Resources", {}).get("/XObject", {})
    return ART in forms and OVER in forms


def _taken(once: "_Once", page: Any, before: Any, after: Any, *, bare: bool) -> Any:  # noqa: ANN401
    """Copy a page into the pile, its drawing between the two ends of a shift."""
    resources = once.copied(page.get("/Resources", pikepdf.Dictionary()))
    if bare:
        forms = pikepdf.Dictionary(dict(resources["/XObject"].items()))
        forms[ART] = forms[OVER] = once.empty_form()
        resources = pikepdf.Dictionary({**dict(resources.items()), "/XObject": forms})
    contents = page.Contents
    drawn = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    kept = {key: once.copied(page[key]) for key in _PAGE_KEYS if key in page}
    return pikepdf.Dictionary({
        **kept, "/Type": pikepdf.Name.Page, "/Resources": resources,
        "/Contents": pikepdf.Array([before, *(once.copied(part) for part in drawn), after]),
    })  # fmt: skip


class _Once:
    """Copy objects into a pile such that equal ones, with all that they name, are there once."""

    def __init__(self, pile: Any) -> None:  # noqa: ANN401
        self._pile = pile
        self._known: dict[bytes, Any] = {}

    def stream(self, data: bytes) -> Any:  # noqa: ANN401
        """Keep a stream of these bytes."""
        return self.copied(pikepdf.Stream(self._pile, data))

    def empty_form(self) -> Any:  # noqa: ANN401
        """Keep a form that draws nothing."""
        form = pikepdf.Stream(self._pile, b"")
        form.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1], Resources=pikepdf.Dictionary()
        )
        return self.copied(form)

    def copied(self, item: Any, depth: int = 0) -> Any:  # noqa: ANN401
        """Copy an object of any file; what it names is copied first, so that equal ones read alike."""
        if depth > _DEEPEST:
            raise ValueError("A page of this file names itself, or goes too deep.")
        if isinstance(item, pikepdf.Stream):
            return self._kept_stream(item, depth)
        if isinstance(item, pikepdf.Dictionary):
            copy: Any = pikepdf.Dictionary({key: self.copied(each, depth + 1) for key, each in item.items()})
        elif isinstance(item, pikepdf.Array):
            copy = pikepdf.Array([self.copied(each, depth + 1) for each in item])
        else:
            return item
        return self._kept(copy, copy.unparse()) if item.is_indirect else copy

    def _kept_stream(self, item: Any, depth: int) -> Any:  # noqa: ANN401
        entries = {key: self.copied(each, depth + 1) for key, each in item.stream_dict.items() if key != "/Length"}
        raw = item.read_raw_bytes()
        described = pikepdf.Dictionary(entries)
        print_of = hashlib.sha256(raw).digest() + described.unparse()
        key = hashlib.sha256(print_of).digest()
        if key not in self._known:
            self._known[key] = self._pile.make_stream(raw, described)
        return self._known[key]

    def _kept(self, copy: Any, written: bytes) -> Any:  # noqa: ANN401
        key = hashlib.sha256(written).digest()
        if key not in self._known:
            self._known[key] = self._pile.make_indirect(copy)
        return self._known[key]
