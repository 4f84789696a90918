"""Files that are made for one reader."""

import pytest
from flask import Flask

from academy.web.files import private_file


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("人员 2026-11-22.xlsx", "academy-2026-11-22.xlsx"),
        ("2026-025-结业证书.zip", "academy-2026-025.zip"),
        ("名册.csv", "academy.csv"),
        ("People 2026-11-22.csv", "People-2026-11-22.csv"),
    ],
)
def test_a_file_has_a_name_in_plain_letters_too(app: Flask, name: str, plain: str) -> None:
    with app.test_request_context():
        said = private_file(b"1", name, kind="text/csv").headers["Content-Disposition"]
    assert said.startswith(f"attachment; filename={plain}; filename*=UTF-8''")
    assert said.isascii()


def test_a_plain_name_is_said_once(app: Flask) -> None:
    with app.test_request_context():
        answer = private_file(b"1", "code.png", kind="image/png", inline=True)
    assert answer.headers["Content-Disposition"] == "inline; filename=code.png"
