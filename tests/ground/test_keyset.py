"""Paging by where the last page ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.clockwork.models import Tick
from academy.ground.keyset import page
from tests import make


def walk(session: Session, cursor: str | None) -> tuple[list[str], str | None, str | None]:
    found = page(session, select(Tick), [Tick.name], cursor=cursor, size=3)
    return [row[0].name for row in found.rows], found.after, found.before


def test_every_row_is_seen_once_forwards_and_backwards(session: Session) -> None:
    session.add_all(Tick(name=name, ran_at=make.NOW) for name in "abcdefgh")
    session.flush()
    first, after, before = walk(session, None)
    assert (first, before) == (["a", "b", "c"], None)
    second, after, before = walk(session, after)
    third, end, back = walk(session, after)
    assert (second, third, end) == (["d", "e", "f"], ["g", "h"], None)
    again, _after, before = walk(session, back)
    assert again == second
    assert walk(session, before)[0] == first
    assert walk(session, before)[2] is None


def test_a_mangled_cursor_shows_the_first_page(session: Session) -> None:
    session.add(Tick(name="a", ran_at=make.NOW))
    session.flush()
    for cursor in (
        "rubbish",
        "",
        "W10",
        "é",
        "NQ",
        "WyI-IiwgNV0",
        "WyI-IiwgIlx1MDAwMCJd",
        "WyI_IiwgImEiXQ",
        "W1tdLDFd",
        "W3t9LCAiYSJd",
    ):
        assert walk(session, cursor)[0] == ["a"]
