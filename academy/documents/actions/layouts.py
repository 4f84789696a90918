"""Lay out once what many certificates share, and read where the rest of each one goes.

WeasyPrint draws three layers of a template: `art` and `over` are the same for an academy, `words` for a class.
The fourth, `slots`, is only laid out: from it comes where a name or a number stands, how large and in what colour.
What is relied on of WeasyPrint's boxes is asserted here, and `Unusual` leads to the slow path.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from academy.documents.actions import rendering
from academy.documents.queries import fonts
from academy.documents.rules import pdf_font, splice
from academy.ground.lazy import LazyModule

pikepdf = LazyModule("pikepdf")

SLOTS = ("printed_number", "name", "code", "url")
_LAYERS = ("Art", "Words", "Over")
_POINTS = 0.75  # in a pixel of CSS
_PANGO = 1024  # units in a pixel of CSS
UNIT = _POINTS / _PANGO
"""Points in a unit of Pango."""
_REMEMBERED = 64


class Unusual(ValueError):
    """Something about this certificate, or about WeasyPrint, is not as the fast way needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One line of text: where its middle or its left end stands on the page, in points from the lower left."""

    before: str
    after: str
    """Words of the line that are the same for everybody, such as `证书编号：`."""
    x: float
    baseline: float
    units: int
    """The size of its type in Pango's units, in which that rounds every advance: so is every one here."""
    colour: tuple[float, float, float]
    bold: bool
    centred: bool


@dataclass(frozen=True, slots=True)
class Square:
    """Where the QR code stands: its upper left corner and its side, in points."""

    x: float
    top: float
    side: float
    colour: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything personal stands on a page."""

    width: float
    height: float
    slots: Mapping[str, tuple[Slot, ...]]
    qr: Square


@dataclass(frozen=True, slots=True)
class Layout:
    """All that the certificates of a class share: bytes, the objects that a page names, a font for plain signs."""

    shared: splice.Shared
    layers: Mapping[str, int]
    plain_font: int
    plain: fonts.Subset


# --- what a class shares ----------------------------------------------------------------------------


def layout(template: str, facts: Mapping[str, Any], *, plain: str) -> Layout:
    """Draw what a person's certificate has in common with those of the class; remembered from one to the next.

    `plain` are the characters of the font that all of them share, for numbers, codes and addresses.
    """
    common = {key: value for key, value in facts.items() if key not in SLOTS}
    shown = {"name": "姓名", "printed_number": "0", "code": "0", "url": "https://" if facts["url"] else ""}
    return _layout(template, json.dumps(common | shown, ensure_ascii=False, sort_keys=True), plain)


@lru_cache(maxsize=_REMEMBERED)
def _layout(template: str, frozen: str, plain: str) -> Layout:
    facts = json.loads(frozen)
    merged = pikepdf.new()
    while len(merged.objects) < splice.FIRST_SHARED - 1:  # the numbers of a file's own objects
        merged.make_indirect(pikepdf.Dictionary())
    layers = {}
    for name in _LAYERS:
        drawn = _drawn(rendering.html(template, facts, layer=name.lower()))
        with pikepdf.open(BytesIO(drawn)) as page:
            form = merged.copy_foreign(page.make_indirect(page.pages[0].as_form_xobject()))
        layers[name] = int(form.objgen[0])
    bodies = [_body(each) for each in list(merged.objects)[splice.FIRST_SHARED - 1 :]]
    first = splice.FIRST_SHARED + len(bodies)
    subset = fonts.subset(plain, fonts.REGULAR)
    numbers = pdf_font.Numbers(*range(first, first + 5))
    font = pdf_font.objects(fonts.face(fonts.REGULAR), subset.data, subset.glyphs, subset.advances, numbers)
    return Layout(splice.share([*bodies, *font.values()]), layers, numbers.font, subset)


@lru_cache(maxsize=_REMEMBERED)
def _drawn(written: str) -> bytes:
    return rendering.pdf_of(written)


def _body(item: Any) -> bytes:  # noqa: ANN401 - an object of pikepdf
    """Write an object as it stands in a file."""
    if not isinstance(item, pikepdf.Stream):
        return bytes(item.unparse(resolved=True))
    entries, raw = item.stream_dict, item.read_raw_bytes()
    if "/Filter" not in entries:
        entries.Filter, raw = pikepdf.Name.FlateDecode, zlib.compress(raw)
    entries.Length = len(raw)
    return b"%b\nstream\n%b\nendstream" % (entries.unparse(resolved=True), raw)


# --- where the rest goes ----------------------------------------------------------------------------


def places(template: str, facts: Mapping[str, Any]) -> Places:
    """Tell where the personal parts of a page stand; remembered for all names that are set alike."""
    fit = fonts.fit_name(facts["name"])
    common = {key: value for key, value in facts.items() if key not in SLOTS and key not in _OF_THE_WORDS}
    key = json.dumps([common, len(facts["url"])], ensure_ascii=False, sort_keys=True)
    found = _remembered.get((template, key, len(fit.lines), fit.size))
    if found is None:
        found = _read(rendering.laid_out(rendering.html(template, facts, layer="slots")), _lines(facts))
        if len(_remembered) >= _MOST_PLACES:
            _remembered.clear()
        _remembered[template, key, len(fit.lines), fit.size] = found
    return found


def forget() -> None:
    """Forget all layouts: for tests, and for whoever changes a template under a running program."""
    _layout.cache_clear()
    _drawn.cache_clear()
    _remembered.clear()


_OF_THE_WORDS = ("body", "issue_date", "class_title", "class_code", "programme", "hours", "starts_on", "ends_on")
_MOST_PLACES = 1000
_remembered: dict[tuple[str, str, int, float], Places] = {}


def _lines(facts: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    return {slot: (facts[slot],) for slot in SLOTS} | {"name": fonts.fit_name(facts["name"]).lines}


def _read(document: Any, lines: Mapping[str, Sequence[str]]) -> Places:  # noqa: ANN401 - WeasyPrint has no types
    if len(document.pages) != 1:
        raise Unusual(f"The page runs over onto {len(document.pages)} pages.")
    page = document.pages[0]
    height = page.height * _POINTS
    found: dict[str, list[Any]] = {}
    for box in _leaves(page._page_box):  # noqa: SLF001 - WeasyPrint tells it nowhere else; asserted below
        name = box.element.get("data-slot")
        if name is None and getattr(box, "text", "").strip():
            raise Unusual(f"{box.text!r} stands in no slot and would be left out.")
        found.setdefault(name, []).append(box)
    return Places(
        page.width * _POINTS, height,
        {name: tuple(_slots(found.get(name, []), lines[name], height)) for name in SLOTS},
        _square(found.get("qr", []), height),
    )  # fmt: skip


def _leaves(box: Any) -> Iterator[Any]:  # noqa: ANN401 - WeasyPrint has no types
    children = getattr(box, "children", ())
    for child in children:
        yield from _leaves(child)
    if not children:
        yield box


def _slots(read: Sequence[Any], lines: Sequence[str], height: float) -> Iterator[Slot]:
    if len(read) != len(lines):
        raise Unusual(f"{lines} stand in {len(read)} boxes.")
    for box, line in zip(read, lines, strict=True):
        before, found, after = box.text.partition(line)
        if not found or box.justification_spacing or box.style["letter_spacing"] not in {"normal", 0}:
            raise Unusual(f"{line!r} is set as {box.text!r}.")
        centred = box.style["text_align_all"] == "center"
        yield Slot(
            before=before, after=after, x=(box.position_x + (box.width / 2 if centred else 0)) * _POINTS,
            baseline=height - (box.position_y + box.baseline) * _POINTS,
            units=int(box.style["font_size"] * _PANGO),
            colour=_colour(box.style["color"]), bold=box.style["font_weight"] > _REGULAR_WEIGHT, centred=centred,
        )  # fmt: skip


_REGULAR_WEIGHT = 400


def _square(read: Sequence[Any], height: float) -> Square:
    if len(read) != 1 or read[0].width != read[0].height:
        raise Unusual(f"The QR code stands in {len(read)} boxes.")
    (box,) = read
    top = height - box.content_box_y() * _POINTS
    return Square(box.content_box_x() * _POINTS, top, box.width * _POINTS, _colour(box.style["color"]))


def _colour(colour: Any) -> tuple[float, float, float]:  # noqa: ANN401 - tinycss2 has no types
    red, green, blue = colour.to("srgb").coordinates
    return float(red), float(green), float(blue)
