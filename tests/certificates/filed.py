"""Builders: registers of earlier paper certificates, read and taken in."""

from collections.abc import Sequence
from datetime import date

from academy.certificates.actions import filing
from academy.certificates.actions.waiting import Waiting
from academy.certificates.rules.paper import read_rows
from academy.ground import clock, db
from academy.ground.access import Actor, Role
from tests import make
from tests.certificates.workbook import Value

TODAY = date(2026, 11, 22)
HEADS = ["证书编号", "姓名", "身份证号", "班次", "发证日期", "页码"]
ROWS: list[list[Value]] = [
    ["宁网培〔2019〕第0123号", "王秀兰", None, "2019年第三期新任网格员培训班", date(2019, 3, 1), "第2册第14页"],
    ["宁网培〔2019〕第0124号", "李建国", None, "2019年第三期新任网格员培训班", "2019年3月1日", 14],
    ["NJ/2018/007", "阿卜杜热西提·买买提艾力江", None, "", None, None],
]


def admin() -> Actor:
    with db.transaction() as session:
        return make.actor(make.person(session, "教务甲", roles=(Role.ADMIN,)), Role.ADMIN)


def read(rows: Sequence[Sequence[Value]], name: str = "台账.xlsx", sha256: str = "a" * 64) -> Waiting:
    plain = [["" if cell is None else cell for cell in row] for row in rows]
    return Waiting(file_name=name, sha256=sha256, rows=read_rows(plain, today=TODAY))


def file(kept: Waiting, actor: Actor) -> filing.Filed:
    with db.transaction() as session:
        return filing.file_paper(session, actor=actor, waiting=kept, now=clock.now())
