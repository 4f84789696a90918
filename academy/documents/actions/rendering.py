"""Make documents: a template of ours and frozen facts become the bytes of a PDF, the same each time.

Facts are hostile until printed: the templates' own environment escapes everything, and the fetcher reads packaged
assets under `academy:` and nothing else, whatever a name or title contains.
"""

import atexit
import hashlib
import json
import mimetypes
import re
import threading
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from PIL import Image, ImageDraw, ImageFont

from academy.documents.queries import fonts
from academy.documents.rules import drawing
from academy.ground import storage
from academy.ground.lazy import LazyModule

weasyprint = LazyModule("weasyprint")
urls = LazyModule("weasyprint.urls")
text_fonts = LazyModule("weasyprint.text.fonts")
pdfium = LazyModule("pypdfium2")

SCHEME = "academy:"
_KEPT = re.compile(r"academy:kept/([0-9a-f]{64})\.png")
_ASSETS = Path(__file__).parent.parent
_TEMPLATES = _ASSETS.parent / "templates"
_RENDERING = threading.Lock()  # one Pango font map a process, and it is not made for two threads at once
_LOOKING = threading.Lock()  # PDFium is not made for two threads either
_COLOURS = 64


class ForeignAddress(ValueError):
    """A document asked for something that is not packaged with the program."""


def asset(url: str) -> bytes:
    """Read a packaged asset by its private address, `academy:fonts/…`, or a kept picture by its SHA-256.

    Every other address is refused.
    """
    if kept := _KEPT.fullmatch(url):
        return storage.bound().get(kept[1], "png")
    if not url.startswith(SCHEME):
        raise ForeignAddress(f"A document may not fetch {url[:80]!r}.")
    path = (_ASSETS / url.removeprefix(SCHEME)).resolve()
    if not path.is_relative_to(_ASSETS / "fonts") or not path.is_file():
        raise ForeignAddress(f"No packaged asset is called {url[:80]!r}.")
    return path.read_bytes()


class PackagedOnly:
    """Fetch packaged assets for WeasyPrint.

    It is no child of WeasyPrint's own fetcher, which would know how to reach files and the network; it has what
    WeasyPrint asks of one. Anything foreign ends the rendering, so that nothing is left out unseen.
    """

    _fail_on_errors = True

    def __call__(self, url: str) -> Any:  # noqa: ANN401 - WeasyPrint's own response, without types
        """Answer with an asset's bytes."""
        kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
        return urls.URLFetcherResponse(url, asset(url), {"Content-Type": kind})


@cache
def _font_configuration() -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """Read the fonts once a process: a new configuration for each document would be slow and leak."""
    configuration = text_fonts.FontConfiguration()
    atexit.register(_font_configuration.cache_clear)  # it deletes its folder, and cannot once modules are gone
    return configuration


@cache
def _environment() -> Environment:
    """Keep the documents' own environment, which knows nothing of pages, requests or settings."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    environment.filters.update(
        ceremonial_date=lambda text: drawing.ceremonial_date(date.fromisoformat(text)),
        width=fonts.width,
        keep_brackets=_keep_brackets,
    )
    environment.globals.update(
        stretch_of_days=lambda first, last: drawing.stretch_of_days(
            date.fromisoformat(first), date.fromisoformat(last)
        ),
        strands=cache(drawing.strands),
        rosettes=cache(drawing.rosettes),
        glyphs=fonts.glyphs,
        fit_name=fonts.fit_name,
        along_arc=drawing.along_arc,
        in_line=drawing.in_line,
        qr_code=fonts.qr_code,
    )
    return environment


_SHORT_BRACKET = re.compile(r"（[^（）]{1,12}）")


def _keep_brackets(text: str) -> Markup:
    """Let no line end within a short bracket: `（第 2 期）`."""
    parts, at = [], 0
    for found in _SHORT_BRACKET.finditer(text):
        parts += [escape(text[at : found.start()]), Markup('<span class="whole">{}</span>').format(found.group())]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def html(template: str, facts: Mapping[str, Any], *, layer: str = "all") -> str:
    """Write a template under `templates/documents/` with facts of plain JSON values; raises as Jinja does."""
    page = _environment().get_template(f"documents/{template}")
    written = page.render(**facts, layer=layer, typeface=fonts.COMMON)
    return written if fonts.are_common(written) else page.render(**facts, layer=layer, typeface=fonts.WHOLE)


def render(template: str, facts: Mapping[str, Any]) -> bytes:
    """Make the PDF of a template and facts.

    Equal facts give equal bytes: the file's identifier comes from them, and no clock is asked.
    """
    frozen = json.dumps([template, facts], ensure_ascii=False, sort_keys=True).encode()
    return pdf_of(html(template, facts), identifier=hashlib.sha256(frozen).hexdigest()[:32].encode())


def pdf_of(written: str, *, identifier: bytes = b"layer") -> bytes:
    """Make the PDF of a page of HTML."""
    with _RENDERING:
        pdf: bytes = _closed(
            lambda document: document.write_pdf(font_config=_font_configuration(), pdf_identifier=identifier),
            written,
        )
    return pdf


def laid_out(written: str) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """Lay a page of HTML out without drawing it, for whoever asks where things stand."""
    with _RENDERING:
        return _closed(lambda document: document.render(font_config=_font_configuration()), written)


def _closed(make: Callable[[Any], Any], written: str) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    try:
        return make(weasyprint.HTML(string=written, url_fetcher=PackagedOnly(), base_url=None))
    except urls.FatalURLFetchingError as error:  # no Exception, so that WeasyPrint does not swallow it; we may
        raise ForeignAddress(str(error)) from error


def picture(pdf: bytes, *, width: int, foot: str = "") -> bytes:
    """Draw a PDF's first page as a PNG so many pixels wide, in few colours: a third of the size.

    `foot` is a line below the page, in a strip of its own: it marks the picture, and hides nothing of the page.
    """
    with _LOOKING:
        document = pdfium.PdfDocument(pdf)
        try:
            page = document[0]
            drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
        finally:
            document.close()
        if foot:
            drawn = _with_foot(drawn, foot)
    kept = BytesIO()
    few = drawn.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(kept, "PNG")
    return kept.getvalue()


def _with_foot(drawn: Image.Image, words: str) -> Image.Image:
    """Add a strip below a picture, a twenty-fifth of its width high, with a line of small type in its middle."""
    height = drawn.width // 25
    whole = Image.new("RGB", (drawn.width, drawn.height + height), "white")
    whole.paste(drawn)
    pen = ImageDraw.Draw(whole)
    pen.line((0, drawn.height, drawn.width, drawn.height), fill="#d8d2c8", width=2)
    font = ImageFont.truetype(str(fonts.FONTS / fonts.REGULAR), size=height // 2)
    pen.text((drawn.width / 2, drawn.height + height / 2), words, font=font, fill="#5a5147", anchor="mm")
    return whole
