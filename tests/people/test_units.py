"""Lists of units: files as people save them, and what they add."""

import pytest

from academy.ground.errors import Unreadable
from academy.people.rules.units import UnitDiff, compare, read_units

PATHS = (("玄武区", "樱桥街道"), ("溧水区", "新桥街道"))


@pytest.mark.parametrize(
    "text",
    [
        "玄武区,樱桥街道\n溧水区,新桥街道\n",
        "区,街道\r\n玄武区,樱桥街道\r\n\r\n溧水区,新桥街道",
        "District,Street\n玄武区,樱桥街道\n溧水区,新桥街道,,\n",
        " 玄武区\t樱桥街道 \n溧水区\t新桥街道\n玄武区\t樱桥街道\n",
        '"玄武区",樱桥街道\n溧水区,"新桥街道"\n',
        "玄武区，樱桥街道\n溧水区，新桥街道\n",
        ",\n玄武区,樱桥\u200b街道\n溧水区,新桥街道\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_however_it_was_saved(text: str, encoding: str) -> None:
    assert read_units(text.encode(encoding)) == PATHS


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", ["there is no unit in this file"]),
        ("区,街道\n".encode(), ["there is no unit in this file"]),
        (
            "玄武区,樱桥街道\n玄武区\n玄武区,桃渡街道,300\n".encode(),
            [f"line {n}: two columns are wanted, district and street" for n in (2, 3)],
        ),
        ("\u3164,樱桥街道\n".encode(), ["line 1: a name has 1 to 60 characters, not '\u3164'"]),
        (f"玄武区,{'街' * 61}\n".encode(), [f"line 1: a name has 1 to 60 characters, not '{'街' * 61}'"]),
        (
            "玄武区,樱桥街道".encode("utf-16"),
            ["this is no text in UTF-8 or GB18030: save the list as CSV in UTF-8"],
        ),
        ('玄武区,樱桥街道\n玄武区,"桃渡'.encode(), ["line 2: unexpected end of data"]),
    ],
)
def test_every_problem_is_told_with_its_line(data: bytes, problems: list[str]) -> None:
    with pytest.raises(Unreadable) as caught:
        read_units(data)
    assert list(caught.value.problems) == problems


def test_a_list_adds_what_is_not_there() -> None:
    known = {("玄武区",): 1, ("玄武区", "樱桥街道"): 2}
    assert compare(PATHS, known) == UnitDiff(added=(("溧水区",), ("溧水区", "新桥街道")), known=2)
    everything = compare(PATHS, {})
    assert everything.added == (("玄武区",), PATHS[0], ("溧水区",), PATHS[1])
    assert compare(PATHS, dict.fromkeys(everything.added, 1)) == UnitDiff(added=(), known=4)
