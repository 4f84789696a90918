"""Heavy libraries that load on first use, so that a start stays quick and imports stay at the top of a file."""

from importlib import import_module
from types import ModuleType
from typing import Any


class LazyModule:
    """Stand in for a module until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - it is whatever the module holds
        if self._module is None:
            self._module = import_module(self._name)
        return getattr(self._module, attribute)
