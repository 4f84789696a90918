"""The same certificate by other engines, one document a person: Chromium prints its HTML, typst sets its words.

Run as a program, this is one process of Chromium: `python -m bench._peers FOLDER` prints each page in a folder.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from academy.documents.actions import rendering
from academy.documents.queries import fonts
from academy.ground.lazy import LazyModule
from academy.ground.settings import ROOT

typst_module = LazyModule("typst")
FONTS = ROOT / "academy" / "documents" / "fonts"


def chromium(facts: list[dict[str, Any]], *, processes: int) -> float | None:
    """Tell the seconds a person takes: a browser a process, kept open; None where there is no Chromium."""
    if shutil.which("chromium") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for place, one in enumerate(facts):
            written = rendering.html(one["template"], one).replace("academy:fonts", FONTS.as_uri())
            (Path(folder) / f"{place:03d}.html").write_text(written)
        command = [sys.executable, "-m", "bench._peers", folder]
        runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(processes)]
        each = [float(run.communicate()[0]) for run in runs]
    return sum(each) / len(each) / processes


def print_pages(folder: Path) -> float:
    """Print each page to PDF, and tell the seconds a page; the first is to warm up."""
    pages = sorted(folder.glob("*.html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        began = time.perf_counter()
        for place, written in enumerate(pages):
            if place == 1:
                began = time.perf_counter()
            page.goto(written.as_uri())
            page.evaluate("document.fonts.ready")
            page.pdf(prefer_css_page_size=True, print_background=True)
        seconds = time.perf_counter() - began
        browser.close()
    return seconds / (len(pages) - 1)


def typst(facts: list[dict[str, Any]]) -> float | None:
    """Tell the seconds a person takes in one process, its compiler kept; None where typst is not installed."""
    if find_spec("typst") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        first = facts[0]
        for layer in ("art", "over"):
            drawn = rendering.html(first["template"], first, layer=layer)
            svg = drawn[drawn.index("<svg") : drawn.rindex("</svg>")] + "</svg>"
            (Path(folder) / f"{layer}.svg").write_text(svg.replace("<svg", _NAMESPACE, 1))
        (Path(folder) / "main.typ").write_text(_TYPST)
        compiler = typst_module.Compiler(str(Path(folder) / "main.typ"), root=folder, font_paths=[str(FONTS)])
        began = time.perf_counter()
        for place, one in enumerate(facts):
            if place == 1:
                began = time.perf_counter()
            words = {key: str(one[key]) for key in ("name", "title", "body", "printed_number", "code", "url")}
            code = fonts.qr_code(one["url"])
            qr = f'{_NAMESPACE} viewBox="0 0 {code.width} {code.width}"><path d="{code.path}"/></svg>'
            compiler.compile(format="pdf", sys_inputs=words | {"academy": one["academy_name"], "qr": qr})
    return (time.perf_counter() - began) / (len(facts) - 1)


_NAMESPACE = '<svg xmlns="http://www.w3.org/2000/svg"'
_TYPST = re.sub(r"^ +", "", """
    #let given = sys.inputs
    #set page(width: 297mm, height: 210mm, margin: 0mm, background: image("art.svg", width: 297mm))
    #set text(font: "Academy Serif", size: 15pt, lang: "zh")
    #let line(y, body) = place(top + center, dy: y, body)
    #line(36mm, text(17pt, weight: 700, tracking: 0.42em, given.academy))
    #line(46mm, text(47pt, weight: 700, tracking: 0.34em, given.title))
    #line(69mm, text(10.5pt, "证书编号：" + given.printed_number))
    #line(81mm, text(38pt, weight: 700, given.name))
    #place(dx: 47mm, dy: 107mm, block(width: 203mm, text(17pt, given.body)))
    #place(dx: 47mm, dy: 150mm, image(bytes(given.qr), format: "svg", width: 25mm))
    #place(dx: 76mm, dy: 160mm, text(10pt, given.code))
    #place(dx: 76mm, dy: 166mm, text(8.5pt, given.url))
    #place(image("over.svg", width: 297mm))
""", flags=re.MULTILINE)  # fmt: skip


if __name__ == "__main__":
    print(print_pages(Path(sys.argv[1])))
