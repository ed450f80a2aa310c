"""`kg`: diplomatic news in, a linked event graph out.

The public API is what `__all__` names; each is loaded when first used, so that importing `kg` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.version import __version__

if TYPE_CHECKING:
    from kg.api import Summary, extract, load, open_store, query
    from kg.errors import KgError
    from kg.graph.store import Store
    from kg.model import Article, Entity, Event, Record

_HOMES = {
    "Article": "kg.model",
    "Entity": "kg.model",
    "Event": "kg.model",
    "KgError": "kg.errors",
    "Record": "kg.model",
    "Store": "kg.graph.store",
    "Summary": "kg.api",
    "extract": "kg.api",
    "load": "kg.api",
    "open_store": "kg.api",
    "query": "kg.api",
}

__all__ = [
    "Article",
    "Entity",
    "Event",
    "KgError",
    "Record",
    "Store",
    "Summary",
    "__version__",
    "extract",
    "load",
    "open_store",
    "query",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
