"""The commands for customer data that stay in a database. Addresses come from the environment, never from the command itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from strategy.command_line.commands import Outcome, figures_of, open_plan
from strategy.command_line.named import fields_of
from strategy.language import Language, Message, say

if TYPE_CHECKING:
    from strategy.customers import ConnectedFigures, Dataset


def connect(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import Connected, from_environment, measure
    from strategy.spine import connect_customers, other_currency

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
        dataset = connect_customers(workbook, figures, urls, options.author)
    return _connected(dataset, figures, language, [odd] if odd else [])


def refresh_(options: Namespace, language: Language) -> Outcome:
    from strategy.customers import from_environment
    from strategy.spine import refresh

    with open_plan(options) as workbook:
        dataset, figures = refresh(workbook, from_environment(), options.author)
    return _connected(dataset, figures, language)


def _connected(dataset: Dataset, figures: ConnectedFigures, language: Language, more: Sequence[Message] = ()) -> Outcome:
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
        "warnings": [say(warning, language) for warning in (*more, *figures.warnings)],
    }
    lines = [*data["understood"], *(f"! {warning}" for warning in data["warnings"])]
    lines += [f"- {say(entry.title, language)}: {entry.rows:,} / {entry.money:,.2f}" for entry in figures.left_out]
    return Outcome(data, "\n".join(lines))


COMMANDS: dict[str, Callable[[Namespace, Language], Outcome]] = {"connect": connect, "refresh": refresh_}
