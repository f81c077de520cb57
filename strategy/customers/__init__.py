"""Customers: import and cleaning of purchases, and analytics over them.

Importing goes ``preview`` -> ``propose`` -> ``understand`` -> ``store``; nothing is written before the last. Analytics take a
DuckDB cursor that is open on a workbook.
"""

from strategy.customers.cleaning_rules import RULE_NAMES, Rules
from strategy.customers.concentration import Concentration, concentration
from strategy.customers.connected import Connected, is_connected
from strategy.customers.connecting import ConnectedFigures, columns, measure, store_connected, tables
from strategy.customers.connections import Urls, from_environment
from strategy.customers.importing import (
    Dataset,
    Mode,
    already_imported,
    contains_file,
    current_dataset,
    datasets,
    purchases_at_hand,
    recognised,
    store,
)
from strategy.customers.inbox import InboxFile, inbox_files
from strategy.customers.job import Limits, ReadingJob
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_customers, lifecycle_stages, stage_of
from strategy.customers.mapping import ROLE_NAMES, ROLES, Mapping, propose
from strategy.customers.netting import Refunds
from strategy.customers.netting_expression import refunds_said
from strategy.customers.purchase_counts import counts_frame, events_frame, lifetimes_frame, parts_frame, weights_frame
from strategy.customers.quality import REASON_NAMES, Dropped, Example, FileFacts, LeftOut, Sample, Understanding
from strategy.customers.reading import FilePreview, preview
from strategy.customers.remembered import Confirmed, Remembered, earlier_like, remembered_rules
from strategy.customers.replacing import Replaced, replaced
from strategy.customers.rfm import RfmSegment, default_cuts, rfm_customers, rfm_grid, rfm_rule, rfm_segments
from strategy.customers.risk import BAND_NAMES, RiskThresholds, at_risk_customers, risk_bands, value_at_stake
from strategy.customers.rules import evaluate_rule, members, members_sql, rule_in_words, silence_rule, stage_rule
from strategy.customers.schema import create_tables
from strategy.customers.segments import GRID, SEGMENT_NAMES, Cuts
from strategy.customers.source import ConnectedSource, Source, WorkbookSource, reader, source_of
from strategy.customers.summary import customer_frame, customer_summary, days_covered, summary_sql
from strategy.customers.tasks import (
    AttributeFile,
    Beginning,
    FileToRead,
    InteractionFile,
    PurchaseFiles,
    SheetsOf,
    TableFile,
    Task,
    read_here,
)
from strategy.customers.understanding import understand
from strategy.customers.value import (
    Grade,
    abc_grades,
    current_value,
    grade_rule,
    historic_value,
    potential_value,
    value_per_year,
)

__all__ = [
    "BAND_NAMES",
    "GRID",
    "REASON_NAMES",
    "ROLES",
    "ROLE_NAMES",
    "RULE_NAMES",
    "SEGMENT_NAMES",
    "STAGE_NAMES",
    "AttributeFile",
    "Beginning",
    "Concentration",
    "Confirmed",
    "Connected",
    "ConnectedFigures",
    "ConnectedSource",
    "Cuts",
    "Dataset",
    "Dropped",
    "Example",
    "FileFacts",
    "FilePreview",
    "FileToRead",
    "Grade",
    "InboxFile",
    "InteractionFile",
    "LeftOut",
    "LifecycleRules",
    "Limits",
    "Mapping",
    "Mode",
    "PurchaseFiles",
    "ReadingJob",
    "Refunds",
    "Remembered",
    "Replaced",
    "RfmSegment",
    "RiskThresholds",
    "Rules",
    "Sample",
    "SheetsOf",
    "Source",
    "TableFile",
    "Task",
    "Understanding",
    "Urls",
    "WorkbookSource",
    "abc_grades",
    "already_imported",
    "at_risk_customers",
    "columns",
    "concentration",
    "contains_file",
    "counts_frame",
    "create_tables",
    "current_dataset",
    "current_value",
    "customer_frame",
    "customer_summary",
    "datasets",
    "days_covered",
    "default_cuts",
    "earlier_like",
    "evaluate_rule",
    "events_frame",
    "from_environment",
    "grade_rule",
    "historic_value",
    "inbox_files",
    "is_connected",
    "lifecycle_customers",
    "lifecycle_stages",
    "lifetimes_frame",
    "measure",
    "members",
    "members_sql",
    "parts_frame",
    "potential_value",
    "preview",
    "propose",
    "purchases_at_hand",
    "read_here",
    "reader",
    "recognised",
    "refunds_said",
    "remembered_rules",
    "replaced",
    "rfm_customers",
    "rfm_grid",
    "rfm_rule",
    "rfm_segments",
    "risk_bands",
    "rule_in_words",
    "silence_rule",
    "source_of",
    "stage_of",
    "stage_rule",
    "store",
    "store_connected",
    "summary_sql",
    "tables",
    "understand",
    "value_at_stake",
    "value_per_year",
    "weights_frame",
]
