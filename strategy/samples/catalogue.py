"""The three samples: what each is for, and how it is built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from strategy.customers import Mapping, default_cuts, rfm_segments, understand
from strategy.errors import UnknownName
from strategy.language import Language, Message, msg
from strategy.samples.rows import read_rows
from strategy.spine import adopt, import_customers
from strategy.workbook import Workbook

FOLDER = Path(__file__).resolve().parents[2] / "data" / "samples"


@dataclass(frozen=True)
class Sample:
    """A sample workbook. ``data`` is the purchase log it imports, ``rows`` the YAML of its worksheets; either may be missing."""

    id: str
    title: Message
    about: Message
    icon: str
    rows: str | None = None
    data: str | None = None
    mapping: Mapping | None = None
    adopts: bool = False


SAMPLES: dict[str, Sample] = {
    sample.id: sample
    for sample in (
        Sample(
            "newsstand",
            msg("Newsstand"),
            msg("A small case worked through all nine steps from judgement alone: a woman sells newspapers at a bus stop."),
            "newspaper",
            rows="newsstand",
        ),
        Sample(
            "cdnow",
            msg("CDNOW music retailer"),
            msg("A real log of 69,659 purchases; segments adopted and several steps decided."),
            "album",
            rows="cdnow",
            data="cdnow/cdnow_master.csv.gz",
            mapping=Mapping(customer="customer_id", date="date", amount="dollar_value"),
            adopts=True,
        ),
        Sample(
            "uk-gifts",
            msg("UK gift retailer"),
            msg("A real log of 541,909 invoice lines with refunds and missing customers; positioning worked through by judgement."),
            "redeem",
            rows="uk_gifts",
            data="uk_gifts/online_retail.parquet",
            mapping=Mapping(customer="CustomerID", date="InvoiceDate", order="InvoiceNo", quantity="Quantity", price="UnitPrice"),
            adopts=True,
        ),
    )
}


def sample(sample_id: str) -> Sample:
    try:
        return SAMPLES[sample_id]
    except KeyError:
        raise UnknownName(
            msg("There is no sample {sample}", sample=sample_id),
            None,
            msg("The samples are: {samples}.", samples=", ".join(SAMPLES)),
        ) from None


def build(sample_id: str, path: Path, name: str, author: str, language: Language) -> Workbook:
    """Make the sample workbook at ``path``: import its data, adopt its segments, fill in its rows in ``language``."""
    wanted = sample(sample_id)
    workbook = Workbook.create(path, name, author=author)
    try:
        if wanted.data and wanted.mapping:
            source = FOLDER / wanted.data
            import_customers(workbook, understand(source, source.name, wanted.mapping), author)
        if wanted.adopts:
            cursor = workbook.cursor()
            adopt(workbook, rfm_segments(cursor, default_cuts(cursor)), author, language)
        if wanted.rows:
            for changes in read_rows(FOLDER / wanted.rows, workbook, language):
                workbook.commit(changes, author, origin="sample")
    except BaseException:
        workbook.close()
        from strategy.workbook import file

        file.remove(path)
        raise
    return workbook
