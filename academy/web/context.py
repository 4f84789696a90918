"""What every template may use: settings, the reader, assets, Markdown."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from flask.templating import Environment
from flask_babel import gettext as _
from flask_login import current_user
from jinja2 import StrictUndefined

from academy.ground.access import Actor
from academy.ground.feature import NavItem
from academy.ground.settings import Settings
from academy.web import access, headers, i18n, preferences
from academy.web.access import own_page
from academy.web.assets import asset
from academy.web.forms import ActForm, new_act_id
from academy.web.markdown import markdown


class PageEnvironment(Environment):
    """Flask's templates, each with the one dictionary of globals instead of a chain of two.

    A page imports some twenty files of components, and at each import Jinja compares the names of the globals.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Share the globals with a template that brings none of its own."""
        return super().make_globals(d) if d else self.globals


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu as the page shows it."""

    label: str
    url: str
    icon: str
    current: bool
    phone: bool


def menu(items: tuple[NavItem, ...], reader: Actor) -> list[Link]:
    """List the menu entries that this reader may open; of those that lead here the longest address is current."""
    shown = [(item, _address(item.endpoint, request.script_root)) for item in items if _is_for(item, reader)]
    beginnings = [(begins, item) for item, url in shown for begins in (url, *item.also)]
    leading = [each for each in beginnings if request.path.startswith(each[0])]
    _begins, here = max(leading, key=lambda each: len(each[0]), default=("", None))
    return [Link(_(item.label), url, item.icon, item is here, item.phone) for item, url in shown]


@lru_cache
def _address(endpoint: str, _script_root: str) -> str:
    """Keep what every page asks for again: where an entry of the menu leads."""
    return url_for(endpoint)


def _is_for(item: NavItem, reader: Actor) -> bool:
    """Tell whether a reader may open an entry and has no better way to what it shows."""
    may = item.capability is None or reader.may(item.capability)
    return may and not any(map(reader.may, item.but))


def _current_path() -> str:
    """Tell the way back to this page, or to the front page where no page stands at this address."""
    path = request.full_path if request.query_string else request.path
    return path if request.url_rule and request.method == "GET" and path.isprintable() else own_page(path, "/")


def init_app(app: Flask, settings: Settings, nav: tuple[NavItem, ...]) -> None:
    """Give templates their globals; an undefined name is an error, never a blank."""
    nav = tuple(sorted(nav, key=lambda item: item.order))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["markdown"] = markdown
    app.jinja_env.globals.update(asset=asset, new_act_id=new_act_id, settings=settings, act_form=ActForm)

    @app.context_processor
    def _reader() -> dict[str, Any]:
        reader = access.actor()
        return {
            "actor": reader if current_user.is_authenticated else None,
            "locale": preferences.locale(),
            "html_lang": i18n.html_lang(),
            "nav": menu(nav, reader),
            "csp_nonce": headers.csp_nonce(),
            "large_type": preferences.large_type(),
            "current_path": _current_path(),
        }
