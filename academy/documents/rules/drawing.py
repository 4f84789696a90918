"""What a document is drawn with: characters that can be printed, dates as certificates write them, lines, seals.

Drawings are SVG path data in a document's own units, made of numbers alone: the same input, the same path.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date

_DIGITS = "〇一二三四五六七八九"
_FULL_WIDTH_BLANK = "\N{IDEOGRAPHIC SPACE}"
_STANDS_FOR_UNKNOWN = {"?", "？", "�", "□", "■", "●", "*"}
_PRIVATE_USE = "Co"


def unprintable(text: str, known: Container[int]) -> str:
    """List the characters of a name that a certificate must not show, each once, in order.

    They are those the font lacks, private-use ones (an old system's own drawing of a rare character), signs that
    stand for a character somebody could not type, and full-width blanks.
    """
    found = dict.fromkeys(c for c in text if _is_problem(c, known))
    return "".join(found)


def _is_problem(character: str, known: Container[int]) -> bool:
    return (
        character in _STANDS_FOR_UNKNOWN
        or character == _FULL_WIDTH_BLANK
        or unicodedata.category(character) == _PRIVATE_USE
        or ord(character) not in known
    )


def ceremonial_date(day: date) -> str:
    """Write a date as a certificate's foot does: `二〇二六年十一月二十二日`."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_below_hundred(day.month)}月{_below_hundred(day.day)}日"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")


def stretch_of_days(first: date, last: date) -> str:
    """Write the days a class session took: `2026年3月2日至3月6日`."""
    start = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return start
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{start}至{year}{last.month}月{last.day}日"


def wave(length: float, amplitude: float, period: float, phase: float = 0.0) -> str:
    """Draw a sine along the x axis, from a period before 0 to a period past `length`: a hand's breadth to clip.

    Each half period is one curve from crest to trough.
    """
    half = period / 2
    reach = half * 0.3642  # the control arms with which a cubic follows a sine best
    x = -period + phase * period
    side = 1.0
    parts = [f"M{x:.2f} {-amplitude:.2f}"]
    while x < length + period:
        parts.append(
            f"C{x + reach:.2f} {-side * amplitude:.2f} {x + half - reach:.2f} {side * amplitude:.2f} "
            f"{x + half:.2f} {side * amplitude:.2f}"
        )
        x, side = x + half, -side
    return "".join(parts)


def strands(length: float, amplitude: float, period: float, count: int) -> str:
    """Draw `count` sines set evenly apart within one period: the rope of a guilloche."""
    return "".join(wave(length, amplitude, period, phase=turn / count) for turn in range(count))


def rosette(radius: float, depth: float, petals: int, *, turn: float = 0.0) -> str:
    """Draw a closed line around the origin that swings in and out `petals` times."""
    steps = petals * 8
    points = []
    for step in range(steps):
        angle = math.tau * step / steps
        reach = radius + depth * math.cos(petals * angle + turn)
        slope = -depth * petals * math.sin(petals * angle + turn)
        cos, sin = math.cos(angle), math.sin(angle)
        points.append((reach * cos, reach * sin, slope * cos - reach * sin, slope * sin + reach * cos))
    third = math.tau / steps / 3
    start = points[0]
    parts = [f"M{start[0]:.2f} {start[1]:.2f}"]
    for (x, y, dx, dy), (nx, ny, ndx, ndy) in zip(points, [*points[1:], start], strict=True):
        parts.append(
            f"C{x + dx * third:.2f} {y + dy * third:.2f} {nx - ndx * third:.2f} {ny - ndy * third:.2f} "
            f"{nx:.2f} {ny:.2f}"
        )
    return "".join(parts) + "Z"


def rosettes(radius: float, depth: float, petals: int, count: int) -> str:
    """Draw `count` rosettes turned evenly against each other."""
    return "".join(rosette(radius, depth, petals, turn=math.tau * turn / count) for turn in range(count))


@dataclass(frozen=True, slots=True)
class Glyph:
    """The outline of one character in a square of 1,000 units, y upwards, and how far it moves the pen."""

    path: str
    advance: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An outline where it stands: SVG path data and the transform that puts it there."""

    path: str
    transform: str


def along_arc(glyphs: tuple[Glyph, ...], *, radius: float, size: float, most_degrees: float) -> tuple[Placed, ...]:
    """Stand characters on the inside of a circle's upper half, centred, spread over `most_degrees` or less."""
    step = min(most_degrees / max(len(glyphs) - 1, 1), math.degrees(size * 1.45 / (radius - size / 2)))
    first = -step * (len(glyphs) - 1) / 2
    scale = size / 1000
    return tuple(
        Placed(
            glyph.path,
            f"rotate({first + step * place:.3f}) "
            f"translate({-glyph.advance * scale / 2:.3f} {-radius + size * 0.88:.3f}) "
            f"scale({scale:.5f} {-scale:.5f})",
        )
        for place, glyph in enumerate(glyphs)
    )


def in_line(glyphs: tuple[Glyph, ...], *, size: float, most: float) -> tuple[Placed, ...]:
    """Set characters in one centred line with its foot at 0, smaller where they would be wider than `most`."""
    width = sum(glyph.advance for glyph in glyphs) / 1000
    size = min(size, most / width) if width else size
    scale, x, placed = size / 1000, -width * size / 2, []
    for glyph in glyphs:
        placed.append(Placed(glyph.path, f"translate({x:.3f} 0) scale({scale:.5f} {-scale:.5f})"))
        x += glyph.advance * scale
    return tuple(placed)


_UNEVEN = 1.4


def halves(text: str, width: Callable[[str], float]) -> tuple[str, str]:
    """Break a long name into two lines of much the same width, at a dot or a space if one stands near the middle.

    A dot stays with what stands before it, a space goes.
    """

    def wider(lines: tuple[str, str]) -> float:
        return max(width(lines[0]), width(lines[1]))

    lines = [(text[:place].rstrip(" "), text[place:].lstrip(" ")) for place in range(1, len(text))]
    even = min(lines, key=wider)
    between_words = [pair for pair in lines if text[len(pair[0]) - 1] == "·" or text[len(pair[0])] == " "]
    best = min(between_words, key=wider, default=even)
    return best if wider(best) <= _UNEVEN * wider(even) else even


@dataclass(frozen=True, slots=True)
class NameFit:
    """How a name is set: its lines, and their size in points."""

    lines: tuple[str, ...]
    size: float


_POINTS_OF_A_NAME = 176 / 25.4 * 72  # the width that a certificate has for it
_LONGEST_LINE = 20  # ems


def fit_name(name: str, width: Callable[[str], float]) -> NameFit:
    """Set a name at 38 points, or as large as its longest line allows; in two lines where it is very long."""
    one = width(name) <= _LONGEST_LINE
    lines = (name,) if one else halves(name, width)
    return NameFit(lines, round(min(38 if one else 22, _POINTS_OF_A_NAME / max(map(width, lines))), 3))


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as runs of dark squares (x, y, how many), with the width it takes up without its quiet border."""

    runs: tuple[tuple[int, int, int], ...]
    width: int

    @property
    def path(self) -> str:
        """Draw it as SVG path data, one unit a square."""
        return "".join(f"M{x} {y}h{length}v1h{-length}z" for x, y, length in self.runs)


def squares(rows: Sequence[bytes], *, dark: bytes) -> QrCode:
    """Find the dark modules of a matrix, each run of a row as one rectangle."""
    runs = re.compile(re.escape(dark) + b"+")
    spans = ((y, *run.span()) for y, row in enumerate(rows) for run in runs.finditer(row))
    return QrCode(tuple((start, y, end - start) for y, start, end in spans), len(rows))
