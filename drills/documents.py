"""A thousand certificates read by programs that are not ours, and compared with the slow way's picture.

`./run drill documents [COUNT]` makes certificates for random names of all characters that the font prints, and for
all the hard ones: each is read by pdftotext, qpdf, pdfsig and pyHanko, its QR code is decoded from the drawn page,
and the page is compared at 150 dpi with the one that plain WeasyPrint makes of the same facts.
"""

import multiprocessing
import random
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from academy.documents.actions import filling, keys, rendering
from academy.documents.queries import fonts
from academy.ground import clock
from academy.ground.settings import Settings
from bench.ground import console, tell
from tests.documents.facts import FACTS, HARD_NAMES, difference, judged, lines_of, qr_of, run

COUNT = 1000
PROCESSES = 2
MOST_DIFFERENT = 32
TEMPLATE = "certificate.html"


def main() -> None:
    """Make them, have them read, and count."""
    count = int(sys.argv[1]) if sys.argv[1:] else COUNT
    with tempfile.TemporaryDirectory(prefix="academy-drill-") as folder:
        settings = Settings(env="test", var=Path(folder), sample=False)
        keys.signer(settings)
        work = [(settings, place, name) for place, name in enumerate(names(count), 1)]
        with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
            judgements = pool.starmap(judge, work, chunksize=10)
    counted: Counter[str] = Counter()
    for (_settings, _place, name), judgement in zip(work, judgements, strict=True):
        counted.update(key for key, holds in judgement.items() if key != "difference" and holds)
        if not all(holds for key, holds in judgement.items() if key != "difference"):
            console.print(f"[red]BROKEN[/] {name!r}: {judgement}")
    worst = max(judgement["difference"] for judgement in judgements)
    told = {key: counted[key] for key in judgements[0] if key != "difference"}
    tell("Documents", [{"certificates": len(work), **told, "worst_pixel_of_255": worst}])


@cache
def signs() -> Sequence[str]:
    """List the characters of Chinese names that the font prints, the common ones a hundred times as often."""
    known = [
        chr(point) for point in fonts.characters() if unicodedata.name(chr(point), "").startswith("CJK UNIFIED")
    ]
    return known + [sign for sign in known if _is_common(sign)] * 100


def _is_common(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def names(count: int) -> list[str]:
    """Make names: all the hard ones, then random ones of two to four characters, some with a dot between two."""
    chance = random.Random(count)
    made = list(HARD_NAMES)
    while len(made) < count:
        name = "".join(chance.choices(signs(), k=chance.choice((2, 2, 3, 3, 3, 4))))
        made.append(name if chance.random() < 0.9 else f"{name}·{''.join(chance.choices(signs(), k=3))}")
    return made[:count]


def judge(settings: Settings, place: int, name: str) -> dict[str, Any]:
    """Make one certificate and have everybody read it."""
    code = f"{place:010d}"
    facts = FACTS | {
        "name": name, "printed_number": f"宁网院结字〔2026〕第{place:06d}号", "code": code,
        "url": f"https://academy.example.cn/v/{code}",
    }  # fmt: skip
    made = filling.fill(TEMPLATE, facts, signer=keys.signer(settings), at=clock.now())
    pdf = made.shared.data + made.personal
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        clean = "No syntax or stream encoding errors" in run("qpdf", "--check", file.name)
        told = run("pdfsig", file.name)
    lines = lines_of(pdf)
    fit = fonts.fit_name(name).lines
    worst = difference(pdf, rendering.render(TEMPLATE, facts))
    return {
        "text_exact": [line for line in lines if line in fit] == list(fit) and facts["url"] in lines
        and f"证书编号：{facts['printed_number']}" in lines,
        "qpdf_clean": clean,
        "pdfsig_valid": "Signature is Valid." in told and "Total document signed" in told,
        "pyhanko_trusted": judged(pdf, keys.authorities(settings)).bottom_line,
        "qr_decoded": qr_of(pdf) == facts["url"],
        "picture_equal": worst <= MOST_DIFFERENT,
        "difference": worst,
    }  # fmt: skip


if __name__ == "__main__":
    main()
