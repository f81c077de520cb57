"""What goes between this process and the one that reads files, as JSON: a stranger's file must not reach us as code.

Only the kinds named here can be built from what comes back. Sequences come back as tuples, which is what these kinds hold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from strategy import errors
from strategy.customers.attribute_files import Attribute, Attributes
from strategy.customers.cleaning_rules import Rules
from strategy.customers.date_format import DateFormat
from strategy.customers.interaction_files import Counted, Interactions, LeftOutRows
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.customers.mapping import Mapping
from strategy.customers.netting import Refunds
from strategy.customers.number_format import NumberFormat
from strategy.customers.plain_table import PlainTable
from strategy.customers.quality import Dropped, Example, FileFacts, Sample, Understanding
from strategy.customers.reading import FilePreview
from strategy.customers.tasks import (
    AttributeFile,
    Beginning,
    FileToRead,
    InteractionFile,
    PurchaseFiles,
    SheetNames,
    SheetsOf,
    TableFile,
)
from strategy.customers.time_gaps import Gap
from strategy.language import Message

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Rules, DateFormat, Mapping, Refunds, NumberFormat, Dropped, Example, FileFacts, Sample, Understanding, FilePreview, Gap, Message,
        Attribute, Attributes, InteractionMapping, Counted, LeftOutRows, Interactions,
        FileToRead, PurchaseFiles, AttributeFile, InteractionFile, TableFile, PlainTable, Beginning, SheetsOf, SheetNames,
    )
}  # fmt: skip
_ERRORS: dict[str, type[errors.StrategyError]] = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.StrategyError)
}
#: Fields that never travel: rows go through files of their own.
_LEFT_OUT: dict[type[Any], tuple[str, ...]] = {
    Understanding: ("purchases", "rejected", "totals"),
    Attributes: ("rows",),
    Interactions: ("rows",),
}


def pack(value: Any) -> Any:
    """``value`` as plain JSON."""
    if isinstance(value, errors.StrategyError):
        return {"error": type(value).__name__, "parts": [pack(part) for part in (value.what, value.where, value.fix)]}
    if is_dataclass(value) and not isinstance(value, type):
        left_out = _LEFT_OUT.get(type(value), ())
        parts = {field.name: pack(getattr(value, field.name)) for field in fields(value) if field.name not in left_out}
        return {"kind": type(value).__name__, "parts": parts}
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    if isinstance(value, dict):
        return {"items": {str(name): pack(item) for name, item in value.items()}}
    if isinstance(value, (dt.date, Path)):
        return {"day" if isinstance(value, dt.date) else "path": str(value)}
    return float(value) if isinstance(value, Decimal) else value


def unpack(packed: Any) -> Any:
    """What :func:`pack` packed."""
    if isinstance(packed, list):
        return tuple(unpack(item) for item in packed)
    if not isinstance(packed, dict):
        return packed
    if "error" in packed:
        return _ERRORS[packed["error"]](*unpack(packed["parts"]))
    if "items" in packed:
        return {name: unpack(item) for name, item in packed["items"].items()}
    if "day" in packed:
        return dt.date.fromisoformat(packed["day"][:10])
    if "path" in packed:
        return Path(packed["path"])
    return _KINDS[packed["kind"]](**{name: unpack(item) for name, item in packed["parts"].items()})
