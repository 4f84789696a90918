"""Fill the layout of a class with one person's name, number and code, and sign the file that this makes."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from academy.documents.actions.layouts import SLOTS, UNIT, Layout, Places, Slot, Square, Unusual, layout, places
from academy.documents.actions.signing import Signer
from academy.documents.queries import fonts
from academy.documents.rules import pdf_font, splice
from academy.documents.rules.drawing import QrCode
from academy.documents.rules.splice import Own
from academy.ground import clock

_OWN_FONT = pdf_font.Numbers(Own.FONT, Own.GLYPHS, Own.DESCRIPTOR, Own.FONT_FILE, Own.TO_UNICODE)
_PLAIN_SIGNS = "".join(map(chr, range(0x20, 0x7F))) + "证书编号：宁网院结优时字〔〕第号"
_SIMPLE = {"Lo", "Lu", "Ll", "Nd", "Pd", "Po", "Ps", "Pe", "Pf", "Zs"}
_LEFT_TO_RIGHT = {"L", "EN", "ES", "CS", "ON", "WS"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A signed file in its two parts, and the SHA-256 of the one after the other."""

    shared: splice.Shared
    personal: bytes
    sha256: str


def fill(template: str, facts: Mapping[str, Any], *, signer: Signer, at: datetime) -> Filled:
    """Make the signed PDF of a template and one person's facts, as `rendering.render` would draw it.

    Raises Unusual where only the slow way can: for signs that are more than one glyph each, and where the page is
    not laid out as expected. `at` is the time that the signature claims; the same values give the same bytes.
    """
    _check(facts)
    common, where = layout(template, facts, plain=_PLAIN_SIGNS), places(template, facts)
    own = fonts.subset(facts["name"], fonts.BOLD)
    content = "\n".join([
        "/Art Do", "/Words Do",
        *(line for name in SLOTS for line in _lines(name, where.slots[name], facts, common, own)),
        _square(where.qr, fonts.qr_code(facts["url"])),
        "/Over Do",
    ])  # fmt: skip
    moment = f"(D:{clock.local(at):%Y%m%d%H%M%S}+08'00')".encode()
    bodies = _page(common, where, content) | {
        Own.INFO: b"<</Title %b/Author %b/CreationDate %b>>"
        % (splice.text(f"{facts['title']} {facts['printed_number']}"), splice.text(facts["academy_name"]), moment),
        **{
            Own(number): body
            for number, body in pdf_font.objects(
                fonts.face(fonts.BOLD), own.data, own.glyphs, own.advances, _OWN_FONT
            ).items()
        },
    }
    unsigned = splice.fill(
        common.shared, bodies, signature=_SIGNATURE + b"/M " + moment, room=signer.room,
        identifier=splice.identifier(facts["printed_number"] + facts["code"]),
    )  # fmt: skip
    personal, sha256 = splice.sign(common.shared, unsigned, signer.sign)
    return Filled(common.shared, personal, sha256)


def _check(facts: Mapping[str, Any]) -> None:
    name = facts["name"]
    if name != " ".join(name.split()) or fonts.missing_characters(name):
        raise Unusual(f"The name {name!r} has blanks or signs that are not printed as they are.")
    for sign in name:
        if not (unicodedata.category(sign) in _SIMPLE and unicodedata.bidirectional(sign) in _LEFT_TO_RIGHT):
            raise Unusual(f"{sign!r} in the name {name!r} may be set together with its neighbours.")
    if not facts["url"]:
        raise Unusual("A certificate without a code is no certificate yet.")


def _lines(
    name: str, slots: tuple[Slot, ...], facts: Mapping[str, Any], common: Layout, own: fonts.Subset
) -> Iterator[str]:  # fmt: skip
    """Write the text of one slot: the name in its own font, all else in the one that is shared."""
    font, subset = ("/Own", own) if name == "name" else ("/Plain", common.plain)
    texts = fonts.fit_name(facts["name"]).lines if name == "name" else (facts[name],)
    for slot, words in zip(slots, texts, strict=True):
        line = slot.before + words + slot.after
        if slot.bold != (subset is own):
            raise Unusual(f"{line!r} is set in another weight than its font has.")
        if odd := [sign for sign in line if sign not in subset.glyphs]:
            raise Unusual(f"{odd} in {line!r} are not in the font that all files share.")
        width = sum(_rounded(subset.advances[sign], slot.units) for sign in line) * UNIT
        x = slot.x - width / 2 if slot.centred else slot.x
        glyphs = "".join(f"{subset.glyphs[sign]:04x}" for sign in line)
        at = f"{font} {slot.units * UNIT:.6f} Tf {_colour(slot.colour)} 1 0 0 1 {x:.6f} {slot.baseline:.6f} Tm"
        yield f"BT {at} <{glyphs}> Tj ET"


def _rounded(advance: int, units: int) -> int:
    """Scale an advance of 1/1000 em as HarfBuzz does for Pango, in 16.16 fixed point."""
    return (advance * ((units << 16) // 1000) + 0x8000) >> 16


def _square(where: Square, code: QrCode) -> str:
    side = where.side / code.width
    runs = " ".join(f"{x} {y} {length} 1 re" for x, y, length in code.runs)
    return f"q {_colour(where.colour)} {side:.5f} 0 0 -{side:.5f} {where.x:.3f} {where.top:.3f} cm {runs} f Q"


def _colour(colour: tuple[float, float, float]) -> str:
    return " ".join(f"{part:.4f}" for part in colour) + " rg"


def _page(common: Layout, where: Places, content: str) -> dict[Own, bytes]:
    """Write the objects of a document of one page, which ends in nothing but what is given."""
    layers = " ".join(f"/{name} {number} 0 R" for name, number in common.layers.items())
    return {
        Own.CATALOGUE: b"<</Type/Catalog/Pages %d 0 R/Lang (zh-CN)/ViewerPreferences <</DisplayDocTitle true>>"
        b"/AcroForm <</Fields [%d 0 R]/SigFlags 3>>/Perms <</DocMDP %d 0 R>>>>"
        % (Own.PAGES, Own.WIDGET, Own.SIGNATURE),
        Own.PAGES: b"<</Type/Pages/Count 1/Kids [%d 0 R]>>" % Own.PAGE,
        Own.PAGE: b"<</Type/Page/Parent %d 0 R/MediaBox [0 0 %.4f %.4f]/Contents %d 0 R/Annots [%d 0 R]"
        b"/Resources <</XObject <<%b>>/Font <</Own %d 0 R/Plain %d 0 R>>>>>>"
        % (Own.PAGES, where.width, where.height, Own.CONTENT, Own.WIDGET, layers.encode(), Own.FONT,
           common.plain_font),
        Own.CONTENT: splice.stream(b"", content.encode()),
        Own.WIDGET: b"<</Type/Annot/Subtype/Widget/FT/Sig/T (signature)/F 132/Rect [0 0 0 0]/P %d 0 R/V %d 0 R>>"
        % (Own.PAGE, Own.SIGNATURE),
    }  # fmt: skip


_SIGNATURE = (
    b"/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
    b"/Reference [<</Type/SigRef/TransformMethod/DocMDP/TransformParams <</Type/TransformParams/P 1/V/1.2>>>>]"
)
