"""What stands above the columns of a list, however it is written."""

import re
import unicodedata
from enum import StrEnum

_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_BRACKETED = re.compile(r"\([^()]*\)")

Cell = str | int | float | bool


class Field(StrEnum):
    """What a column of a list can hold."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    UNIT = "unit"
    DISTRICT = "district"
    ROLE = "role"
    GENDER = "gender"
    NOTE = "note"


LABELS: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("姓名", "名字", "人员姓名", "学员姓名"),
    Field.ID_NUMBER: (
        "身份证号", "身份证号码", "身份证", "证件号码", "证件号", "身份证件号码", "公民身份号码", "居民身份证号码",
    ),
    Field.PHONE: ("手机号", "手机号码", "手机", "移动电话", "联系电话", "电话号码", "电话", "联系方式"),
    Field.UNIT: (
        "单位", "单位名称", "所在单位", "所属单位", "工作单位", "派出单位", "街道", "所属街道", "所在街道",
    ),
    Field.DISTRICT: ("区", "所属区", "所在区"),
    Field.ROLE: ("岗位类别", "人员类别", "人员类型", "岗位"),
    Field.GENDER: ("性别",),
    Field.NOTE: ("备注", "备注说明"),
}  # fmt: skip
"""The words for each field; where two columns fit, the word that stands earlier here wins."""

KNOWN = frozenset(label for labels in LABELS.values() for label in labels)


class _Dropped(dict[int, str | None]):
    """Characters that nobody sees, each looked up once."""

    def __missing__(self, code: int) -> str | None:
        kept = None if unicodedata.category(chr(code)) in _UNSEEN else chr(code)
        self[code] = kept
        return kept


_DROPPED = _Dropped()


def written(cell: Cell) -> str:
    """Write a cell as its text; a whole number has no point."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def bare(text: str) -> str:
    """Take a text without white space and unseen characters, full-width signs made plain."""
    return unicodedata.normalize("NFKC", text).translate(_DROPPED)


def label(cell: Cell) -> str:
    """Read a cell as a label: without the stars, remarks in brackets and colons that forms add."""
    return _BRACKETED.sub("", bare(written(cell)).replace("*", "")).rstrip(":")
