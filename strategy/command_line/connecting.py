"""The commands for customer data that stay in a database. Addresses come from the environment, never from the command itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from strategy.command_line.commands import Outcome, open_plan
from strategy.command_line.named import fields_of
from strategy.command_line.purchases import figures_of
from strategy.language import Language, Message, msg, say

if TYPE_CHECKING:
    from strategy.customers import ConnectedFigures, Dataset, Replaced


def connect(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import Connected, from_environment, measure
    from strategy.spine import connect_customers, other_currency, replaced_by

    connected = Connected(
        connection=options.connection,
        table=options.table,
        customer=options.customer,
        date=options.date,
        amount=options.amount,
        order=options.order,
        more=tuple(fields_of(options.also).items()),
        time_zone=options.time_zone,
        net_refunds=not options.keep_refunds_apart,
    )
    urls = from_environment()
    with open_plan(options) as workbook:
        figures = measure(connected, urls)
        odd = other_currency(workbook.snapshot(), figures)
        going = replaced_by(workbook, figures)
        dataset = connect_customers(workbook, figures, urls, options.author)
    return _connected(dataset, figures, language, [odd] if odd else [], going)


def refresh_(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import from_environment
    from strategy.spine import refresh

    with open_plan(options) as workbook:
        dataset, figures = refresh(workbook, from_environment(), options.author)
    return _connected(dataset, figures, language)


def _connected(
    dataset: Dataset, figures: ConnectedFigures, language: Language, more: Sequence[Message] = (), going: Replaced | None = None
) -> Outcome:
    back = msg("To have them back, import {file} again; it takes the table's place.", file=going.file if going else "")
    loss = going and going.loss(back)
    data: dict[str, Any] = {
        "version": dataset.version,
        "connection": figures.connected.connection,
        "table": figures.connected.table,
        "as_of": figures.connected.as_of,
        "time_zone": figures.connected.time_zone,
        **figures_of(dataset),
        "refunds": None if figures.refunds is None else asdict(figures.refunds),
        "dropped": [{"reason": entry.reason, "rows": entry.rows, "money": entry.money} for entry in figures.left_out],
        "understood": [say(sentence, language) for sentence in figures.sentences()],
        "warnings": [say(warning, language) for warning in (*([loss] if loss else []), *more, *figures.warnings)],
        "replaced": going.as_record() if going else None,
    }
    lines = [
        *data["understood"],
        *([say(going.title(), language)] if going else []),
        *(f"! {warning}" for warning in data["warnings"]),
    ]
    lines += [f"- {say(entry.title, language)}: {entry.rows:,} / {entry.money:,.2f}" for entry in figures.left_out]
    return Outcome(data, "\n".join(lines))


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {"connect": connect, "refresh": refresh_}
