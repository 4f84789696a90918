"""The reader's language reaches every sentence of a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import gettext, lazy_gettext, ngettext

from academy.ground import text
from academy.web import i18n, preferences


@pytest.fixture
def _chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of two sentences, where the product's own would be."""
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("Sign in", "登录")
    catalogue.add(("%(num)s place", "%(num)s places"), ("%(num)s 个名额",))
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(text, "_TRANSLATIONS", tmp_path)
    text.translations.cache_clear()
    yield
    text.translations.cache_clear()


@pytest.mark.usefixtures("_chinese")
def test_pages_speak_chinese_until_the_reader_switches(app: Flask) -> None:
    with app.test_request_context("/"):
        assert gettext("Sign in") == str(lazy_gettext("Sign in")) == "登录"
        assert ngettext("%(num)s place", "%(num)s places", 2) == "2 个名额"
        preferences.show(preferences.Chosen("en"))
        assert gettext("Sign in") == "Sign in"
        assert i18n.hours(12345) == "1,234.5"
