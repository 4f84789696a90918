"""Every sentence has its Chinese words, none is left over, and their named values agree."""

import re
from functools import cache

from babel.messages.catalog import Catalog, Message

from setup import messages

_NAMED = re.compile(r"%\((\w+)\)[sd]")


def _texts(found: object) -> list[str]:
    """List a message's forms: one, or singular and plural."""
    return [str(text or "") for text in found] if isinstance(found, list | tuple) else [str(found or "")]


@cache
def _template() -> Catalog:
    """Read the code's sentences once for all tests."""
    return messages.template()


def _kept() -> dict[tuple[object, object], Message]:
    return {(m.context, m.id): m for m in messages.catalogue() if m.id}


def test_the_chinese_catalogue_is_complete_and_current() -> None:
    kept = _kept()
    used = {(m.context, m.id) for m in _template() if m.id}
    assert not used - set(kept), "run setup/messages.py: sentences are missing"
    assert not set(kept) - used, "run setup/messages.py: sentences are unused"
    assert not [m.id for m in kept.values() if not all(_texts(m.string)) or m.fuzzy]


def test_named_values_agree() -> None:
    for message in _kept().values():
        ids = _texts(message.id)
        wanted = set(_NAMED.findall(ids[-1]))
        for text in _texts(message.string):
            found = set(_NAMED.findall(text))
            assert found <= wanted if len(ids) > 1 else found == wanted, message.id


def test_message_ids_are_english() -> None:
    for message in _template():
        assert not [text for text in _texts(message.id) if re.search(r"[一-鿿]", text)], message.id
