"""Rows of a list that are no people: examples, totals, signatures, remarks."""

import re
from collections.abc import Sequence

from academy.people.rules.roster.headers import Header, cell_at, is_header
from academy.people.rules.roster.labels import Cell, Field, bare, written

_EXAMPLES = ("示例", "样例")
_FEWEST_OF_AN_ID, _FEWEST_OF_A_PHONE = 10, 7
_BEGINS = re.compile(
    "合计|总计|共计|小计|总人数|人数|共[0-9]|填表|填报|制表|经办|审核|审批|负责人|单位负责人|分管领导|联系人"
    r"|单位盖章|单位\(盖章|日期|以上|以下|本表|此表|※|\*|注[:.、0-9]|备注:|说明:|附:"
)
_HOLDS = re.compile("盖章|签字|签章|以下空白")
_DAY = re.compile("[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")


def is_blank_row(row: Sequence[Cell]) -> bool:
    """Tell whether a row says nothing at all."""
    return not any(bare(written(cell)) for cell in row)


def is_no_person(row: Sequence[Cell], header: Header) -> bool:
    """Tell whether a row below the head is something else than a person."""
    name, id_number, phone = (
        bare(written(cell_at(row, header.columns.get(field))))
        for field in (Field.NAME, Field.ID_NUMBER, Field.PHONE)
    )
    first = next(text for cell in row if (text := bare(written(cell))))
    if first.startswith(_EXAMPLES) or is_header(row, header.columns) or not (name or id_number or phone):
        return True
    if _digits(id_number) >= _FEWEST_OF_AN_ID or _digits(phone) >= _FEWEST_OF_A_PHONE:
        return False
    return bool(_BEGINS.match(first) or _HOLDS.search(first) or _DAY.fullmatch(first))


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)
