"""What can be typed: commands, arguments, help and examples."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from strategy.command_line.wrong_use import in_words
from strategy.language import DEFAULT, Language, msg

EXAMPLES = """examples:
  python -m strategy new plan.duckdb --sample cdnow
  python -m strategy import plan.duckdb sales.csv --customer client --date day --amount total
  python -m strategy connect plan.duckdb --connection shop --table sales --customer client --date day --amount total
  python -m strategy segment plan.duckdb --by rfm --adopt
  python -m strategy show plan.duckdb segment --format json
  python -m strategy set plan.duckdb segment champions role=primary resource_share=60 --author Ada
  python -m strategy evidence plan.duckdb lorenz --format json
  python -m strategy check plan.duckdb
  python -m strategy report plan.duckdb --to plan.html --lang zh

exit status: 0 fine; 1 blockers are open (check) or the file is damaged (verify); 2 wrong use or input."""


#: Rules of cleaning that are on unless they are switched off.
KEPT = {
    "refunds-apart": "leave refunds out without setting them against purchases",
    "free": "keep lines with a unit price of zero or below",
    "future": "keep dates in the future",
    "totals": "keep rows of totals",
    "nameless": "count purchases without a customer as those of one nameless customer",
    "known": "with --append, keep lines that are in the data already",
}


#: What can be said about a file that could be read in more than one way: field of a mapping -> its option.
AS_READ: dict[str, dict[str, Any]] = {
    "date_order": {"choices": ("dmy", "mdy", "ymd"), "help": "how to read dates that fit more than one order"},
    "decimal": {"choices": (".", ","), "help": "the decimal mark, where the numbers fit both"},
    "sheet": {"metavar": "NAME", "help": "worksheet of an Excel file (default: the first that is a table)"},
    "encoding": {"metavar": "NAME", "help": "text encoding, where what was found is wrong"},
    "delimiter": {"metavar": "CHAR", "help": "what separates columns, where what was found is wrong"},
    "time_zone": {"metavar": "ZONE", "help": "the time zone in which days are cut, such as Asia/Shanghai"},
    "times_in": {"metavar": "ZONE", "help": "the zone of times written without an offset (default: the one in which days are cut)"},
}


#: The columns of a file of purchases: option -> its help.
PURCHASE_COLUMNS = {
    "customer": "column that says who bought",
    "date": "column that says when",
    "amount": "column that says for how much; may be left out with --quantity and --price",
    "order": "column with the order or invoice number",
    "quantity": "column with the number of pieces",
    "price": "column with the price of a piece",
    "margin": "column with what the line earned after its costs",
    "product": "column with the product",
    "channel": "column with the channel or shop",
    "region": "column with the region",
}
#: The columns of a table of purchases in a database; any other is named with --also.
TABLE_COLUMNS = {
    "customer": PURCHASE_COLUMNS["customer"],
    "date": "column that says when, a date or a time",
    "amount": "column that says for how much, a number",
    "order": PURCHASE_COLUMNS["order"],
}
#: The columns of a file of interactions.
INTERACTION_COLUMNS = {
    "customer": "column that says with whom",
    "date": "column that says when",
    "kind": "column that says what it was: call, visit, complaint ...",
    "channel": "column with the channel",
    "status": "column that says what became of it, such as open or resolved",
    "score": "column with a satisfaction score",
    "topic": "column with the reason or subject",
}

#: Adds a command: its name, what it does, an example, and whether it writes.
Add = Callable[..., "Parser"]


class Parser(argparse.ArgumentParser):
    """One line on stderr for wrong use, in ``language``, and exit status 2."""

    language: Language = DEFAULT

    def error(self, message: str) -> NoReturn:
        wrong = in_words(message, self.language)
        said = msg("{command}: {wrong} (see {help})", command=self.prog, wrong=wrong, help=f"{self.prog} --help").in_(self.language)
        sys.stderr.write(" ".join(said.split()) + "\n")
        raise SystemExit(2)


def _plain(made: Parser, **default: Any) -> Parser:
    """Add the options every command takes; they may stand before the command too, as ``default`` allows."""
    made.add_argument("--format", choices=("text", "json"), help="how to print (default: text)", **default)
    made.add_argument(
        "--lang", choices=("en", "zh"), help="language of messages and names (default: that of the terminal)", **default
    )
    return made


def _writing() -> Parser:
    shared = Parser(add_help=False)
    shared.add_argument("--author", default=None, metavar="NAME", help="written on the change (default: your user name)")
    return shared


def _columns(made: Parser, columns: Mapping[str, str], required: Collection[str]) -> None:
    """Add an option for each of ``columns``."""
    for name, help_text in columns.items():
        made.add_argument(f"--{name}", required=name in required, metavar="COL", help=help_text)


def _worksheet(made: Parser) -> None:
    made.add_argument("worksheet", metavar="WORKSHEET", help="id of the worksheet")


def _may_repeat(made: Parser, option: str, metavar: str, help_text: str) -> None:
    made.add_argument(option, action="append", default=[], metavar=metavar, help=help_text)


def _as_read(made: Parser, *names: str) -> None:
    """Add those options of :data:`AS_READ`."""
    for name in names:
        made.add_argument(f"--{name.replace('_', '-')}", **AS_READ[name])


def _purchases(add: Add) -> None:
    load = add(
        "import",
        "import a file of purchases",
        "import plan.duckdb sales.csv --customer client --date day --amount total",
        writes=True,
    )
    load.add_argument("file", metavar="FILE", nargs="+", help="CSV, Excel or Parquet; several are read under the same columns")
    _columns(load, PURCHASE_COLUMNS, required=("customer", "date"))
    load.add_argument("--append", action="store_true", help="add to the data at hand instead of replacing them")
    _as_read(load, *AS_READ)
    load.add_argument("--skip-unreadable", action="store_true", help="leave out rows whose date or amount cannot be read")
    load.add_argument("--drop-duplicates", action="store_true", help="count exact copies of a row once")
    for rule, what in KEPT.items():
        load.add_argument(f"--keep-{rule}", action="store_true", help=what)


def _connected(add: Add) -> None:
    connect = add(
        "connect",
        "compute on a table of your own database, without copying it",
        "connect plan.duckdb --connection shop --table public.sales --customer client --date bought_at --amount total",
        writes=True,
    )
    connect.add_argument("--connection", required=True, metavar="NAME", help="its address is in NINEFOLD_CONNECTION_NAME")
    connect.add_argument("--table", required=True, metavar="T", help="table or view, with its schema where needed: schema.table")
    _columns(connect, TABLE_COLUMNS, required=("customer", "date", "amount"))
    _may_repeat(connect, "--also", "name=COL", "a further column of purchases, such as quantity or price")
    connect.add_argument("--time-zone", default="UTC", metavar="ZONE", help="in which times become days (default: UTC)")
    connect.add_argument("--keep-refunds-apart", action="store_true", help=KEPT["refunds-apart"])
    add("refresh", "read the figures of connected data again", "refresh plan.duckdb", writes=True)


def _interactions(add: Add) -> None:
    made = add(
        "interactions",
        "import a file of calls, visits, complaints and other contacts with customers",
        "interactions plan.duckdb contacts.csv --customer client --date day --kind type --status status --topic reason",
        writes=True,
    )
    made.add_argument("file", metavar="FILE", help="CSV, Excel or Parquet, one row a contact")
    _columns(made, INTERACTION_COLUMNS, required=("customer", "date"))
    made.add_argument("--every-kind", metavar="TEXT", help="what every row is, where no column says it, such as complaint")
    _may_repeat(made, "--complaint", "KIND", "a kind that is a complaint; may be repeated (default: by its words)")
    _may_repeat(made, "--open", "STATUS", "a status that means not settled; may be repeated (default: by its words)")
    made.add_argument("--append", action="store_true", help="add to the interactions at hand instead of replacing them")
    made.add_argument("--dry-run", action="store_true", help="say what would happen and store nothing")
    made.add_argument("--skip-unreadable", action="store_true", help="leave out rows whose date cannot be read")
    made.add_argument("--drop-duplicates", action="store_true", help="count rows that say the same once")
    made.add_argument("--keep-future", action="store_true", help="keep dates in the future")
    _as_read(made, *AS_READ)


def _segments(add: Add) -> None:
    segment = add("segment", "find segments in the purchases", "segment plan.duckdb --by rfm --adopt", writes=True)
    segment.add_argument(
        "--by",
        choices=("rfm", "stage", "silence", "grade", "cluster", "attribute"),
        default="rfm",
        help="what the segments are found by",
    )
    segment.add_argument("--features", metavar="A,B", help="what clusters are made of (default: recency, frequency, spend a day)")
    segment.add_argument("--k", type=int, metavar="N", help="how many clusters (default: as the data suggest)")
    segment.add_argument("--mixture", action="store_true", help="clusters by a Gaussian mixture instead of k-means")
    segment.add_argument("--rules", metavar="FILE", help="JSON file with the rules over attributes, in their order")
    segment.add_argument("--adopt", action="store_true", help="make them rows of the segment worksheet")


def _worksheets(add: Add) -> None:
    show = add("show", "print the current rows of a worksheet", "show plan.duckdb segment --format json")
    _worksheet(show)

    put = add(
        "set", "change fields of a row, or add it", "set plan.duckdb segment champions role=primary resource_share=60", writes=True
    )
    _worksheet(put)
    put.add_argument("row", metavar="ROW", help="id of the row; an id not there yet adds the row, 'new' gives it an id")
    put.add_argument("fields", nargs="+", metavar="field=value", help="fields to set; 'field=' empties one")
    put.add_argument("--base", type=_from(0), metavar="VERSION", help="version you read; a clash with a later change is refused")
    put.add_argument("--command-id", metavar="ID", help="a command sent again under the same id does nothing twice")

    rows = add(
        "rows",
        "bring a file of survey answers, actuals or other rows into a worksheet",
        "rows plan.duckdb kano_answer answers.csv --skip-problems",
        writes=True,
    )
    _worksheet(rows)
    rows.add_argument(
        "file", metavar="FILE", help="CSV, Excel or Parquet: a filled-in template, a table or a questionnaire's export"
    )
    rows.add_argument("--skip-problems", action="store_true", help="leave out rows with a problem instead of storing nothing")
    rows.add_argument("--dry-run", action="store_true", help="say what would happen and store nothing")
    _as_read(rows, "sheet", "decimal", "date_order")
    rows.add_argument("--scale", metavar="LOW-HIGH", help="lowest and highest answer a questionnaire offered, such as 1-5")
    rows.add_argument(
        "--order", choices=("ask", "proposed", "labelled"), default="ask",
        help="price columns that look exchanged: exchange them as proposed, or keep them as labelled",
    )  # fmt: skip

    blank = add("template", "write an Excel file to fill in for a worksheet", "template plan.duckdb need --to needs.xlsx --lang zh")
    _worksheet(blank)
    blank.add_argument("--to", required=True, metavar="FILE", help="a name ending in .xlsx")

    delete = add("delete", "delete a row", "delete plan.duckdb need need-1", writes=True)
    _worksheet(delete)
    delete.add_argument("row", metavar="ROW")


def _from(least: int) -> Callable[[str], int]:
    """A whole number from ``least`` on."""

    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{value} is too small; the least is {least}")
        return value

    number.__name__ = "int"  # what argparse calls it where it is no number at all
    return number


def _journal(add: Add) -> None:
    history = add("history", "list every change", "history plan.duckdb --limit 20")
    history.add_argument("--limit", type=_from(1), metavar="N", help="only the latest N")
    add("undo", "take back your latest change", "undo plan.duckdb --author Ada", writes=True)
    restore = add("restore", "bring the rows back to a revision", "restore plan.duckdb 120", writes=True)
    restore.add_argument("revision", type=_from(1), metavar="REVISION")
    add("verify", "check the file: its history, its mark, its tables", "verify plan.duckdb")


def parser(language: Language = DEFAULT) -> Parser:
    """The parser of all commands; ``language`` is that of its errors."""
    kind: type[Parser] = type("Parser", (Parser,), {"language": language})  # subcommands get parsers of the same kind
    top = kind(
        prog="python -m strategy",
        description="Ninefold workbooks without a browser.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _plain(top).set_defaults(format="text")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=kind)
    # A command that is not given such an option must not put its own default over what stands before it.
    plain, writing = _plain(Parser(add_help=False), default=argparse.SUPPRESS), _writing()

    def add(name: str, help_text: str, example: str, writes: bool = False) -> Parser:
        made = commands.add_parser(
            name,
            help=help_text,
            description=help_text[0].upper() + help_text[1:] + ".",
            epilog=f"example:\n  python -m strategy {example}",
            parents=[plain, writing] if writes else [plain],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.add_argument("plan", metavar="PLAN", help="the workbook file")
        return made

    new = add(
        "new", "make a workbook, empty or from a sample", "new plan.duckdb --sample newsstand --name 'Newsstand 2026'", writes=True
    )
    new.add_argument("--sample", metavar="SAMPLE", help="newsstand, cdnow or uk-gifts")
    new.add_argument("--name", metavar="NAME", help="name of the workbook (default: the file's)")
    _purchases(add)
    _connected(add)
    _interactions(add)
    _segments(add)
    _worksheets(add)

    evidence = add("evidence", "compute an exhibit: its tidy data and its reading", "evidence plan.duckdb lorenz --format json")
    evidence.add_argument("exhibit", metavar="EXHIBIT", help="id of the exhibit")
    evidence.add_argument("--set", action="append", default=[], metavar="k=v", dest="settings", help="a setting of the exhibit")
    add("check", "list what does not hold across the steps", "check plan.duckdb --format json")
    _journal(add)
    backup = add("backup", "write a consistent, checked copy", "backup plan.duckdb copy.duckdb")
    backup.add_argument("copy", metavar="COPY")
    report = add("report", "write the plan as a document or a spreadsheet", "report plan.duckdb --to plan.html --lang en")
    report.add_argument("--to", required=True, metavar="FILE", help="a name ending in .html or .xlsx")
    return top
