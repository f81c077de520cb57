"""The command for files of purchases, and what every command says of purchases that came in."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from strategy.command_line.commands import Outcome, chosen, file_of, open_plan
from strategy.errors import InvalidValue
from strategy.language import Language, msg, say

if TYPE_CHECKING:
    from strategy.customers import Dataset, Understanding


def figures_of(dataset: Dataset) -> dict[str, Any]:
    """What every way of bringing customers in says of them."""
    return {
        "rows_read": dataset.rows_read,
        "rows_kept": dataset.rows_kept,
        "customers": dataset.customers,
        "orders": dataset.orders,
        "revenue": dataset.revenue,
        "first_day": dataset.first_day.isoformat(),
        "last_day": dataset.last_day.isoformat(),
    }


def import_(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import ROLES, FileToRead, Mapping, PurchaseFiles, Rules, read_here
    from strategy.customers.file_kind import refuse_sheet
    from strategy.spine import import_customers, other_currency, replaced_by
    from strategy.thread import said_of_outside

    if not options.amount and not (options.quantity and options.price):
        raise InvalidValue(msg("There is no amount"), None, msg("Give --amount, or both --quantity and --price."))
    mapping = Mapping(**chosen(options, ROLES))
    paths = tuple(map(file_of, options.file))
    refuse_sheet(paths, options.sheet)
    files = tuple(FileToRead(path, path.name, mapping) for path in paths)
    rules = Rules(
        skip_unreadable=options.skip_unreadable,
        drop_duplicates=options.drop_duplicates,
        net_refunds=not options.keep_refunds_apart,
        drop_free=not options.keep_free,
        drop_future=not options.keep_future,
        drop_totals=not options.keep_totals,
        drop_nameless=not options.keep_nameless,
        drop_known=not options.keep_known,
    )
    with open_plan(options) as workbook:
        append = bool(options.append and workbook.snapshot().data_version)
        understood = read_here(PurchaseFiles(files, rules, append), workbook.cursor())
        odd = other_currency(workbook.snapshot(), understood)
        going = None if append else replaced_by(workbook, understood[-1])
        dataset, fresh = import_customers(workbook, understood, options.author, "append" if append else "replace")
        outside = said_of_outside(workbook.snapshot())
    going = going if fresh else None
    both = msg("To have both, import {file} again with {option}.", file=going.file if going else "", option="--append")
    loss = going and going.loss(both)
    sentences = [say(sentence, language) for each in understood for sentence in each.sentences()]
    said = [*filter(None, (loss, odd, outside)), *(warning for each in understood for warning in each.warnings)]
    warnings = [say(warning, language) for warning in said]
    dropped = [entry for each in understood for entry in each.dropped]
    data: dict[str, Any] = {
        "version": dataset.version,
        "new": fresh,
        "file": dataset.file_name,
        "sha256": dataset.sha256,
        **figures_of(dataset),
        "refunds": _refunds_of(understood),
        "dropped": [{"reason": d.reason, "rows": d.rows, "money": d.money} for d in dropped],
        "replaced": going.as_record() if going else None,
        "understood": sentences,
        "warnings": warnings,
        "files": dataset.files,
    }
    lines = [*sentences, *([say(going.title(), language)] if going else []), *(f"! {warning}" for warning in data["warnings"])]
    lines += [f"- {say(d.title, language)}: {d.rows:,} / {d.money:,.2f}" for d in dropped]
    return Outcome(data, "\n".join(lines))


def _refunds_of(understood: Iterable[Understanding]) -> dict[str, float] | None:
    """What refunds came to over all files; ``None`` where there are none."""
    parts = [asdict(each.refunds) for each in understood if each.refunds.rows]
    return {name: round(sum(part[name] for part in parts), 2) for name in parts[0]} if parts else None


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {"import": import_}
