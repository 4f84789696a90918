"""The guides as they lie in docs/guide/, and which section of which helps on a page. Read once a process."""

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from academy.ground.access import Role
from academy.ground.settings import ROOT

FOLDER = ROOT / "docs" / "guide"
PICTURES = FOLDER / "pictures"
INDEX = "index"
NAMES = (INDEX, "trainee", "liaison", "instructor", "manager", "admin")
VISITOR = "visitor"

# Whose help comes first for somebody with several roles.
_FIRST = (Role.ADMIN, Role.INSTRUCTOR, Role.LIAISON, Role.TRAINEE, Role.AUDITOR, Role.SECURITY)

# A picture's head tells its size: fourteen bits each, low byte first, 26 bytes into a lossy WebP file.
_WIDTH, _HEIGHT, _SIZE_BITS = slice(26, 28), slice(28, 30), 0x3FFF
_OF_A_PHONE = 780


@cache
def text_of(name: str) -> str:
    """Give a guide's Markdown."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@cache
def size_of(picture: str) -> tuple[int, int]:
    """Tell how large a picture is shown: a phone's, with two pixels to each point, a little smaller than life."""
    head = (PICTURES / Path(picture).name).read_bytes()[:30]
    width, height = (int.from_bytes(head[part], "little") & _SIZE_BITS for part in (_WIDTH, _HEIGHT))
    return (width * 2 // 5, height * 2 // 5) if width == _OF_A_PHONE else (width, height)


@cache
def _pages() -> tuple[Mapping[str, str], Mapping[str, str | Mapping[str, str]]]:
    kept = tomllib.loads((FOLDER / "pages.toml").read_text(encoding="utf-8"))
    return kept["roles"], kept["pages"]


def pages() -> Collection[str]:
    """List the pages that have help of their own."""
    return _pages()[1].keys()


def help_for(endpoint: str | None, roles: Collection[Role]) -> str:
    """Tell which guide, or `guide#section`, helps this reader on this page: by page, else by role."""
    by_role, by_page = _pages()
    reader = next((role.value for role in _FIRST if role in roles), VISITOR)
    found = by_page.get(endpoint or "")
    if isinstance(found, str):
        return found
    return found[reader] if found and reader in found else by_role[reader]
