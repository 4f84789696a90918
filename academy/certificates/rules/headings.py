"""Find the columns of a list that somebody made: by what stands above them, whatever they call it."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from academy.ground.errors import Reason, Refused
from academy.ground.text import N_

Cell = str | int | float | bool | date

HEAD_WITHIN = 10
_DIGITS_OF_A_FLOAT = 1e15
_BESIDE = re.compile(r"[\s:*#()（）\[\]【】\-_/.。、,，]|必填|选填|required|optional")

SYNONYMS: dict[str, frozenset[str]] = {
    "number": frozenset({
        "证书编号", "编号", "证号", "证书号", "证书号码", "结业证号", "结业证书编号", "结业证编号", "证书字号",
        "发证编号", "number", "no", "certificate", "certificatenumber", "certificateno",
    }),
    "name": frozenset({
        "姓名", "学员姓名", "学员", "持证人", "持证人姓名", "名字", "人员姓名", "name", "holder", "fullname",
        "nameoftheholder",
    }),
    "id": frozenset({
        "身份证号", "身份证", "身份证号码", "公民身份号码", "公民身份证号码", "证件号码", "证件号",
        "id", "idnumber", "idcard",
    }),
    "class": frozenset({
        "班次", "班级", "培训班", "班名", "培训班次", "培训班名称", "培训班级", "培训项目", "期次", "班次名称",
        "培训名称", "班级名称", "class", "classsession", "course", "training",
    }),
    "date": frozenset({
        "发证日期", "日期", "颁发日期", "签发日期", "发证时间", "结业日期", "结业时间", "颁证日期", "发放日期",
        "date", "issued", "issuedon", "dateofissue",
    }),
    "page": frozenset({
        "页码", "页", "来源页", "来源页码", "原册页码", "登记册页码", "来源", "册页", "台账页码", "档案页码",
        "page", "sourcepage", "source",
    }),
}  # fmt: skip

NAMES: dict[str, str] = {
    "number": N_("Certificate number"),
    "name": N_("Name"),
    "id": N_("ID number"),
    "class": N_("Class"),
    "date": N_("Date of issue"),
    "page": N_("Page of the register"),
}

NO_HEADS = Reason(
    "no_heads",
    N_("None of the first ten rows names a column of numbers and one of names. Use the blank workbook."),
)
TWO_COLUMNS = Reason(
    "two_columns",
    N_("Two columns are called alike: “%(first)s” and “%(second)s”. Rename the one that is not meant."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Where the heads of a list stand, and which column holds what."""

    row: int
    """Its place in the rows, from 0."""
    columns: Mapping[str, int]


def find_heads(rows: Sequence[Sequence[Cell]], wanted: Collection[str]) -> Heads:
    """Find the row of heads, which names numbers and names at least; raises Refused where it is unclear."""
    for place, row in enumerate(rows[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        double = []
        for column, cell in enumerate(row):
            meant = _meant(cell, wanted)
            if meant is None:
                continue
            if meant in columns:
                double.append(TWO_COLUMNS.about(first=str(row[columns[meant]]), second=str(cell)))
            columns.setdefault(meant, column)
        if {"number", "name"} <= columns.keys():
            if double:
                raise Refused(*double)
            return Heads(row=place, columns=columns)
    raise Refused(NO_HEADS)


def _meant(cell: Cell, wanted: Collection[str]) -> str | None:
    plain = _BESIDE.sub("", unicodedata.normalize("NFKC", str(cell)).casefold())
    return next((field for field in wanted if plain in SYNONYMS[field]), None)


def words_of(cell: Cell) -> str:
    """Read a cell as the words in it: one line, no unseen signs; a whole number without its decimals."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _DIGITS_OF_A_FLOAT:
        cell = int(cell)
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", str(cell)))
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf"}).split())


def is_blank(row: Sequence[Cell]) -> bool:
    """Tell whether nothing stands in a row."""
    return not any(words_of(cell) for cell in row)
