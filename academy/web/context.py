"""What every template may use: settings, the reader, assets, Markdown."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from flask import Flask, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from jinja2 import StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from academy.ground.access import Actor
from academy.ground.feature import NavItem
from academy.ground.settings import Settings
from academy.web import access, headers, i18n
from academy.web.access import own_page
from academy.web.forms import ActForm, new_act_id

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_STATIC = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu as the page shows it."""

    label: str
    url: str
    icon: str
    current: bool
    phone: bool


def markdown(text: str) -> Markup:
    """Render somebody's Markdown; what could act in the page is taken out."""
    return Markup(nh3.clean(_MARKDOWN.render(text)))  # noqa: S704 - cleaned in this very line


@cache
def _fingerprint(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Address a file under `static/` such that a changed file has a new address."""
    path = _STATIC / name
    return url_for("static", filename=name, v=_fingerprint(path, path.stat().st_mtime))


def menu(items: tuple[NavItem, ...], reader: Actor) -> list[Link]:
    """List the menu entries that this reader may open; of those that lead here the longest address is current."""
    open_to = [item for item in items if item.capability is None or reader.may(item.capability)]
    shown = [(item, url_for(item.endpoint)) for item in sorted(open_to, key=lambda item: item.order)]
    here = max((url for _item, url in shown if request.path.startswith(url)), key=len, default="")
    return [Link(_(item.label), url, item.icon, url == here, item.phone) for item, url in shown]


def init_app(app: Flask, settings: Settings, nav: tuple[NavItem, ...]) -> None:
    """Give templates their globals; an undefined name is an error, never a blank."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["markdown"] = markdown
    app.jinja_env.globals.update(asset=asset, new_act_id=new_act_id, settings=settings, act_form=ActForm)

    @app.context_processor
    def _reader() -> dict[str, Any]:
        reader = access.actor()
        return {
            "actor": reader if current_user.is_authenticated else None,
            "locale": i18n.locale(),
            "html_lang": i18n.html_lang(),
            "nav": menu(nav, reader),
            "csp_nonce": headers.csp_nonce(),
            "large_type": bool(session.get("large_type")),
            "current_path": own_page(request.full_path if request.query_string else request.path, "/"),
        }
