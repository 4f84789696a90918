"""Make documents: a template of ours and frozen facts become the bytes of a PDF, the same each time.

Facts are hostile until printed: the templates' own environment escapes everything, and the fetcher reads packaged
assets under `academy:` and nothing else, whatever a name or title contains.
"""

import atexit
import hashlib
import json
import mimetypes
import threading
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from academy.documents import queries, rules
from academy.ground.lazy import LazyModule

weasyprint = LazyModule("weasyprint")
urls = LazyModule("weasyprint.urls")
text_fonts = LazyModule("weasyprint.text.fonts")
pdfium = LazyModule("pypdfium2")

SCHEME = "academy:"
_ASSETS = Path(__file__).parent
_TEMPLATES = _ASSETS.parent / "templates"
_RENDERING = threading.Lock()  # one Pango font map a process, and it is not made for two threads at once
_LOOKING = threading.Lock()  # PDFium is not made for two threads either
_COLOURS = 64


class ForeignAddress(ValueError):
    """A document asked for something that is not packaged with the program."""


def asset(url: str) -> bytes:
    """Read a packaged asset by its private address, `academy:fonts/…`; refuse every other address."""
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
        ceremonial_date=lambda text: rules.ceremonial_date(date.fromisoformat(text)),
        width=queries.width,
    )
    environment.globals.update(
        stretch_of_days=lambda first, last: rules.stretch_of_days(
            date.fromisoformat(first), date.fromisoformat(last)
        ),
        strands=rules.strands,
        rosettes=rules.rosettes,
        glyphs=queries.glyphs,
        halves=queries.halves,
        along_arc=rules.along_arc,
        in_line=rules.in_line,
        qr_code=queries.qr_code,
    )
    return environment


def render(template: str, facts: Mapping[str, Any]) -> bytes:
    """Make the PDF of a template under `templates/documents/` and facts of plain JSON values.

    Equal facts give equal bytes: the file's identifier comes from them, and no clock is asked.
    """
    frozen = json.dumps([template, facts], ensure_ascii=False, sort_keys=True).encode()
    html = _environment().get_template(f"documents/{template}").render(**facts)
    with _RENDERING:
        document = weasyprint.HTML(string=html, url_fetcher=PackagedOnly(), base_url=None)
        return _pdf(document, identifier=hashlib.sha256(frozen).hexdigest()[:32].encode())


def _pdf(document: Any, *, identifier: bytes) -> bytes:  # noqa: ANN401 - WeasyPrint has no types
    try:
        pdf: bytes = document.write_pdf(font_config=_font_configuration(), pdf_identifier=identifier)
    except urls.FatalURLFetchingError as error:  # no Exception, so that WeasyPrint does not swallow it; we may
        raise ForeignAddress(str(error)) from error
    return pdf


def picture(pdf: bytes, *, width: int) -> bytes:
    """Draw a PDF's first page as a PNG so many pixels wide, in few colours: a third of the size."""
    with _LOOKING:
        document = pdfium.PdfDocument(pdf)
        try:
            page = document[0]
            drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
        finally:
            document.close()
    kept = BytesIO()
    few = drawn.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(kept, "PNG")
    return kept.getvalue()
