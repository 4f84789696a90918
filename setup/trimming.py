"""Cut a style sheet down to the classes that pages wear: rules, and then variables that nobody reads any more."""

from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

# Rules inside these are judged one by one; other at-rules stand or fall as a whole.
_NESTING = {"media", "supports", "layer", "container"}


class Trimming:
    """One style sheet, and what of it is worn."""

    def __init__(self, css: str, worn: Iterable[str], *, read_by: str = "") -> None:
        self.rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)
        self.worn = frozenset(worn)
        self.read_by = frozenset(_variables_read(tinycss2.parse_component_value_list(read_by)))

    def trimmed(self) -> str:
        """Write what is left; the licence, a comment that begins with `!`, stays on top."""
        before, written = "", str(tinycss2.serialize(self._kept(self.rules)))
        while written != before:
            before, rules = written, tinycss2.parse_stylesheet(written)
            read, moves = self.read_by.union(_variables_read(rules)), frozenset(_animations(rules))
            written = str(tinycss2.serialize([rule for rule in rules if _is_read(rule, read, moves)]))
        return written

    def _kept(self, rules: list[Any]) -> Iterator[Any]:
        for rule in rules:
            if rule.type == "comment" and rule.value.startswith("!"):
                yield rule
            elif rule.type == "qualified-rule":
                selectors = [each for each in _split(rule.prelude) if self._is_worn(each)]
                if selectors:
                    rule.prelude = _joined(selectors)
                    yield rule
            elif rule.type == "at-rule" and rule.at_keyword in _NESTING and rule.content is not None:
                inner = list(self._kept(tinycss2.parse_rule_list(rule.content, skip_whitespace=True)))
                if inner:
                    rule.content = inner
                    yield rule
            elif rule.type == "at-rule":
                yield rule

    def _is_worn(self, selector: list[Any]) -> bool:
        return all(name in self.worn for name in classes_of(selector)) and not _by_script(selector)


def classes(css: str) -> frozenset[str]:
    """List every class that a style sheet knows."""
    found: set[str] = set()
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            found.update(classes_of(rule.prelude))
        elif rule.type == "at-rule" and rule.at_keyword in _NESTING:
            found |= classes(tinycss2.serialize(rule.content))
    return frozenset(found)


def classes_of(selector: Iterable[Any]) -> Iterator[str]:
    """List the classes that an element must wear for a selector to take it; those in `:not()` it must not."""
    before = ""
    for token in selector:
        if token.type == "ident" and before == ".":
            yield token.value
        elif token.type == "function" and token.lower_name != "not":
            yield from classes_of(token.arguments)
        before = token.value if token.type == "literal" else ""


def _by_script(selector: list[Any]) -> bool:
    """Tell whether a selector waits for an attribute that only Bootstrap's own script would set."""
    return any(token.type == "[] block" and "data-bs" in tinycss2.serialize(token.content) for token in selector)


def _split(prelude: list[Any]) -> list[list[Any]]:
    selectors: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _joined(selectors: list[list[Any]]) -> list[Any]:
    comma = tinycss2.parse_component_value_list(",")
    return [token for number, each in enumerate(selectors) for token in [*(comma if number else []), *each]]


def _variables_read(tokens: Iterable[Any]) -> Iterator[str]:
    """Name the variables that these tokens read by `var(--…)`."""
    for token in tokens:
        if token.type == "function" and token.lower_name == "var":
            yield next(part.value for part in token.arguments if part.type == "ident")
        for inner in ("arguments", "content"):
            yield from _variables_read(getattr(token, inner, None) or ())


def _animations(rules: Iterable[Any]) -> Iterator[str]:
    """Name whatever an `animation` may be called: every word in such a declaration."""
    for rule in rules:
        if rule.type == "qualified-rule":
            for each in tinycss2.parse_blocks_contents(rule.content):
                if each.type == "declaration" and each.lower_name.startswith("animation"):
                    yield from (token.value for token in each.value if token.type == "ident")
        elif rule.type == "at-rule" and rule.at_keyword in _NESTING:
            yield from _animations(tinycss2.parse_rule_list(rule.content))


def _is_read(rule: Any, read: frozenset[str], moves: frozenset[str]) -> bool:  # noqa: ANN401 - tinycss2 has no types
    """Take the variables that nobody reads out of a rule, and tell whether anything is left of it."""
    if rule.type == "at-rule" and rule.at_keyword in _NESTING:
        inner = tinycss2.parse_rule_list(rule.content)
        rule.content = [each for each in inner if _is_read(each, read, moves)]
        return bool(rule.content)
    if rule.type == "at-rule" and rule.at_keyword.endswith("keyframes"):
        return any(token.value in moves for token in rule.prelude if token.type == "ident")
    if rule.type == "qualified-rule":
        lines = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        left = [line for line in lines if not line.name.startswith("--") or line.name in read]
        rule.content = tinycss2.parse_component_value_list(";".join(line.serialize() for line in left))
        return bool(left)
    return True
