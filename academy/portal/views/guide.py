"""The guides: Markdown for people, one for each kind of work, and the help link of every page."""

import re
from collections.abc import Callable
from functools import cache

from flask import render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground.errors import NotFound
from academy.ground.text import N_
from academy.portal.queries import guides
from academy.portal.views.blueprint import bp
from academy.web.access import actor, public
from academy.web.markdown import Page, read_page

NAMES = {
    "index": N_("Start here"),
    "trainee": N_("trainees"),
    "liaison": N_("liaisons"),
    "instructor": N_("instructors"),
    "manager": N_("class managers"),
    "admin": N_("the academy office"),
}
_OTHER_GUIDE = re.compile(r"^(\w+)\.md(#.*)?$")
_PICTURE = re.compile(r"^pictures/([\w-]+\.webp)$")
_YEAR = 365 * 24 * 3600


@bp.get("/guide/", defaults={"name": "index"})
@bp.get("/guide/<name>")
@public
def guide(name: str) -> ResponseReturnValue:
    """Show a guide, each task with an address of its own."""
    if name not in NAMES:
        raise NotFound
    readers = _(NAMES[name])
    return render_template(
        "portal/guide.html",
        page=_page(name),
        tabs=[(_(title), address_of(each), each == name) for each, title in NAMES.items()],
        heading=_("Help") if name == guides.INDEX else _("Help for %(readers)s", readers=readers),
    )


@bp.get("/guide/pictures/<name>")
@public
def guide_picture(name: str) -> ResponseReturnValue:
    """Send a picture of a guide; browsers keep it, and ask again only when it was taken anew."""
    return send_from_directory(guides.PICTURES, name, max_age=_YEAR if "v" in request.args else 0)


@bp.app_context_processor
def _help() -> dict[str, Callable[[], str]]:
    """Give every page its help link."""
    return {"help_url": help_url}


def help_url() -> str:
    """Address what helps this reader on this page."""
    return address_of(guides.help_for(request.endpoint, actor().roles))


def address_of(target: str) -> str:
    """Address a guide, or a section of it written as `guide#section`."""
    name, _hash, section = target.partition("#")
    return url_for("portal.guide", name=name, _anchor=section or None)


@cache
def _page(name: str) -> Page:
    return read_page(guides.text_of(name), _dress)


def _dress(tag: str, written: str) -> dict[str, str]:
    """Lead from guide to guide within the academy, and give pictures their size, so that nothing jumps."""
    if tag == "a" and (other := _OTHER_GUIDE.match(written)):
        return {"href": address_of(f"{other[1]}{other[2] or ''}")}
    picture = _PICTURE.match(written)
    if tag == "img" and picture and (guides.PICTURES / picture[1]).is_file():
        width, height = guides.size_of(picture[1])
        changed = (guides.PICTURES / picture[1]).stat().st_mtime_ns
        address = url_for("portal.guide_picture", name=picture[1], v=f"{changed:x}"[-8:])
        return {"src": address, "width": str(width), "height": str(height), "loading": "lazy"}
    return {}
