"""Every sentence has its Chinese words, none is left over, and their named values agree."""

import re

from setup import messages

_NAMED = re.compile(r"%\((\w+)\)[sd]")


def test_the_chinese_catalogue_is_complete_and_current() -> None:
    kept = {(m.context, m.id): m for m in messages.catalogue() if m.id}
    used = {(m.context, m.id) for m in messages.template() if m.id}
    assert not used - set(kept), "run setup/messages.py: sentences are missing"
    assert not set(kept) - used, "run setup/messages.py: sentences are unused"
    empty = [m.id for m in kept.values() if not (m.string if isinstance(m.string, str) else all(m.string))]
    assert not empty
    assert not [m.id for m in kept.values() if m.fuzzy]


def test_named_values_agree() -> None:
    for message in messages.catalogue():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        wanted = set(_NAMED.findall(ids[-1]))
        for string in strings:
            assert set(_NAMED.findall(string)) <= wanted, message.id
            if len(ids) == 1:
                assert set(_NAMED.findall(string)) == wanted, message.id


def test_message_ids_are_english() -> None:
    for message in messages.template():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        assert not [i for i in ids if re.search(r"[一-鿿]", i)], message.id
