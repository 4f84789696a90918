"""What certificates of a series say and look like, as admins edit it, and how their text is filled."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from academy.certificates.rules.states import Series
from academy.documents.rules.drawing import stretch_of_days
from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.hours.rules import hours_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """The texts, colours and seal that all certificates of a batch share; 0 is the version that is packaged."""

    title: str
    body: str
    """What the certificate says below the name, with placeholders such as `{hours}`."""
    purpose: str
    """The words at the foot of the drawn seal."""
    signatory: str
    """Who is named above the date besides the academy; may be empty."""
    ink: str
    accent: str
    gold: str
    seal: str | None
    """The SHA-256 of an image that stands in the drawn seal's place."""
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give what a batch freezes and a version keeps."""
        values = asdict(self)
        return {**values, "colours": {name: values.pop(name) for name in COLOURS}}

    def same_as(self, other: "Design") -> bool:
        """Tell whether both print alike, whichever versions they are."""
        return replace(self, version=0) == replace(other, version=0)


COLOURS = ("ink", "accent", "gold")


def _packaged(title: str, body: str, purpose: str) -> Design:
    return Design(
        title=title, body=body, purpose=purpose, signatory="", ink="#221d18", accent="#a32a1f", gold="#b3873c",
        seal=None,
    )  # fmt: skip


DEFAULTS: dict[Series, Design] = {
    Series.COMPLETION: _packaged(
        title="结业证书",
        body=(
            "于{dates}参加“{class_title}”（{class_code}）培训，完成《{programme}》规定的{hours}学时，"
            "考核合格，准予结业。"
        ),
        purpose="结业证书专用章",
    ),
    Series.EXCELLENT: _packaged(
        title="优秀学员证书",
        body=(
            "在{dates}举办的“{class_title}”（{class_code}）培训中，学习刻苦、表现突出，"
            "被评为优秀学员。特发此证，以资鼓励。"
        ),
        purpose="优秀学员专用章",
    ),
    Series.HOURS: _packaged(
        title="学时证明",
        body=(
            "于{dates}参加“{class_title}”（{class_code}）培训，所属培训方案为《{programme}》，"
            "经考勤登记，共计完成{hours}学时。特此证明。"
        ),
        purpose="学时证明专用章",
    ),
}

TEMPLATES: dict[Series, str] = {
    Series.COMPLETION: "certificate.html", Series.EXCELLENT: "excellent.html", Series.HOURS: "hours.html",
}  # fmt: skip
"""The packaged document that prints each series."""


def from_json(series: Series, values: Mapping[str, Any]) -> Design:
    """Read a design as it was frozen; a batch that froze none has the packaged one."""
    if not values:
        return DEFAULTS[series]
    rest = {name: values[name] for name in ("title", "body", "purpose", "signatory", "seal", "version")}
    return Design(**rest, **{name: values["colours"][name] for name in COLOURS})


# --- placeholders ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Placeholder:
    """A part of the text that is filled from each person's frozen facts."""

    label: str
    fill: Callable[[Mapping[str, Any]], str]
    longest: int
    """How many characters it may take up on paper."""

    @property
    def example(self) -> str:
        """What it may be filled with."""
        return self.fill(EXAMPLE)


EXAMPLE: dict[str, Any] = {
    "name": "欧阳娜娜", "tenths": 380, "class_code": "2026-017", "class_title": "新任网格员岗前培训班（第17期）",
    "programme": "网格员岗前培训方案", "starts_on": "2026-11-16", "ends_on": "2026-11-20", "sample": False,
}  # fmt: skip
"""The frozen facts of somebody made up, for looking at a design."""


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return stretch_of_days(day, day)


def _days(facts: Mapping[str, Any]) -> str:
    return stretch_of_days(date.fromisoformat(facts["starts_on"]), date.fromisoformat(facts["ends_on"]))


PLACEHOLDERS: dict[str, Placeholder] = {
    "dates": Placeholder(label=N_("First and last day of the class"), fill=_days, longest=18),
    "first_day": Placeholder(
        label=N_("First day of the class"), fill=lambda facts: _day(facts["starts_on"]), longest=9
    ),
    "last_day": Placeholder(
        label=N_("Last day of the class"), fill=lambda facts: _day(facts["ends_on"]), longest=9
    ),
    "class_title": Placeholder(
        label=N_("Title of the class"), fill=lambda facts: str(facts["class_title"]), longest=60
    ),
    "class_code": Placeholder(
        label=N_("Code of the class"), fill=lambda facts: str(facts["class_code"]), longest=5
    ),
    "programme": Placeholder(
        label=N_("Title of the programme"), fill=lambda facts: str(facts["programme"]), longest=40
    ),
    "hours": Placeholder(
        label=N_("Hours of the person"), fill=lambda facts: hours_text(facts["tenths"]), longest=3
    ),
}  # fmt: skip

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def body_of(design: Design, facts: Mapping[str, Any]) -> str:
    """Fill the text with a person's frozen facts.

    What stands in these is never taken for a placeholder, and what is no placeholder stays as it was typed.
    """
    return _PLACEHOLDER.sub(
        lambda found: PLACEHOLDERS[found[1]].fill(facts) if found[1] in PLACEHOLDERS else found[0], design.body
    )


# --- what can be printed ---------------------------------------------------------------------------

NEEDED = Reason("needed", N_("Write something here."))
UNPRINTABLE_TEXT = Reason("unprintable_text", N_("This cannot be printed: %(characters)s"))
TOO_LONG = Reason("too_long", N_("Too long to fit: %(width)s characters wide, at most %(most)s fit."))
BODY_TOO_LONG = Reason(
    "body_too_long", N_("Too long to fit: filled with a long title it is %(width)s characters wide, %(most)s fit.")
)
LONELY_BRACE = Reason("lonely_brace", N_("A brace { or } stands alone. Write placeholders such as {hours}."))
NO_PLACEHOLDER = Reason("no_placeholder", N_("There is no placeholder {%(name)s}. There are: %(known)s."))
NAME_HAS_ITS_LINE = Reason("name_has_its_line", N_("The name is printed on a line of its own. Take {name} out."))
NO_COLOUR = Reason("no_colour", N_("Write a colour as # and six digits, such as #a32a1f."))
TOO_PALE = Reason("too_pale", N_("Too pale on white paper: contrast %(contrast)s, at least %(least)s is needed."))

BODY, TITLE, SHORT, LONG = 220, 9, 12, 20
MOST = {"title": TITLE, "purpose": SHORT, "signatory": LONG, "body": BODY}
"""How wide each text may be, in characters of full width."""
LEAST_CONTRAST = {"ink": 7.0, "accent": 4.5, "gold": 2.5}
_MAY_BE_EMPTY = "signatory"
_COLOUR = re.compile(r"#[0-9a-f]{6}")

Problem = tuple[str, Reason]
"""The name of a field of a design, and what is wrong with it."""


_LAST_TWO = 0xFFFE
_NOBODYS = range(0xFDD0, 0xFDF0)
_BRACES = str.maketrans("\uff5b\uff5d", "{}")


def clean(text: str) -> str:
    """Write a text as it is printed: one line, single blanks, braces of either width as one kind."""
    plain = unicodedata.normalize("NFC", text).translate(_BRACES)
    kept = "".join(" " if c.isspace() else c for c in plain if c.isspace() or not _shows_nothing(c))
    return " ".join(kept.split())


def _shows_nothing(character: str) -> bool:
    place = ord(character)
    nobodys = place & _LAST_TWO == _LAST_TWO or place in _NOBODYS  # Unicode keeps these for programs, not for text
    return nobodys or unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def problems(
    design: Design, *, missing: Callable[[str], str], width: Callable[[str], float]
) -> tuple[Problem, ...]:
    """Tell everything that stands against a design, at once.

    `missing` lists the characters of a text that the font lacks, `width` tells how many characters wide a text is.
    """
    found: list[Problem] = []
    for name, most in MOST.items():
        text: str = getattr(design, name)
        if not text and name not in _MAY_BE_EMPTY:
            found.append((name, NEEDED))
        if characters := missing(text):
            found.append((name, UNPRINTABLE_TEXT.about(characters=" ".join(characters))))
        elif name != "body" and width(text) > most:
            found.append((name, TOO_LONG.about(width=round(width(text)), most=most)))
    found += [("body", reason) for reason in _reasons_against_body(design.body, missing, width)]
    for name, least in LEAST_CONTRAST.items():
        found += [(name, reason) for reason in _reasons_against_colour(getattr(design, name), least)]
    return tuple(found)


def _reasons_against_body(body: str, missing: Callable[[str], str], width: Callable[[str], float]) -> list[Reason]:
    found = []
    if re.search(r"[{}]", _PLACEHOLDER.sub("", body)):
        found.append(LONELY_BRACE)
    names = dict.fromkeys(_PLACEHOLDER.findall(body))
    known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    for name in names:
        if name == "name":
            found.append(NAME_HAS_ITS_LINE)
        elif name not in PLACEHOLDERS:
            found.append(NO_PLACEHOLDER.about(name=name, known=known))
    own = _PLACEHOLDER.sub("", body)
    filled = sum(PLACEHOLDERS[name].longest for name in _PLACEHOLDER.findall(body) if name in PLACEHOLDERS)
    if not missing(own) and (wide := width(own) + filled) > BODY:
        found.append(BODY_TOO_LONG.about(width=round(wide), most=BODY))
    return found


def _reasons_against_colour(colour: str, least: float) -> list[Reason]:
    if not _COLOUR.fullmatch(colour):
        return [NO_COLOUR]
    contrast = contrast_on_white(colour)
    if contrast < least:
        return [TOO_PALE.about(contrast=f"{contrast:.1f}", least=least)]
    return []


def showable(design: Design, fallback: Design) -> Design:
    """Give a design that may be drawn whatever was typed: a colour that is none is that of `fallback`."""
    wrong = {name: getattr(fallback, name) for name in COLOURS if not _COLOUR.fullmatch(getattr(design, name))}
    short = {name: getattr(design, name)[:_LONGEST] for name in MOST}
    return replace(design, **wrong, **short)


_LONGEST = 600
_DARK = 0.04045


def contrast_on_white(colour: str) -> float:
    """Tell how a colour stands out from white paper, from 1 to 21, as WCAG reckons it."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
