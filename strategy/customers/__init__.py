"""Customers: import and cleaning of purchases, and analytics over them.

Importing goes ``preview`` -> ``propose`` -> ``understand`` -> ``store``; nothing is written before the last. Analytics take a
DuckDB cursor that is open on a workbook.
"""

from strategy.customers.concentration import Concentration, concentration
from strategy.customers.importing import Dataset, already_imported, current_dataset, datasets, store
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_customers, lifecycle_stages, stage_of
from strategy.customers.mapping import ROLE_NAMES, Mapping, propose
from strategy.customers.purchase_counts import counts_frame, events_frame, lifetimes_frame, parts_frame, weights_frame
from strategy.customers.quality import REASON_NAMES, Dropped, Example, FileFacts, Rules, Understanding
from strategy.customers.reading import FilePreview, preview
from strategy.customers.rfm import RfmSegment, default_cuts, rfm_customers, rfm_grid, rfm_rule, rfm_segments
from strategy.customers.risk import BAND_NAMES, RiskThresholds, at_risk_customers, risk_bands, value_at_stake
from strategy.customers.rules import evaluate_rule, members, members_sql, rule_in_words, silence_rule, stage_rule
from strategy.customers.schema import create_tables
from strategy.customers.segments import GRID, SEGMENT_NAMES, Cuts
from strategy.customers.summary import customer_frame, customer_summary, summary_sql
from strategy.customers.understanding import file_sha256, understand
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
    "ROLE_NAMES",
    "SEGMENT_NAMES",
    "STAGE_NAMES",
    "Concentration",
    "Cuts",
    "Dataset",
    "Dropped",
    "Example",
    "FileFacts",
    "FilePreview",
    "Grade",
    "LifecycleRules",
    "Mapping",
    "RfmSegment",
    "RiskThresholds",
    "Rules",
    "Understanding",
    "abc_grades",
    "already_imported",
    "at_risk_customers",
    "concentration",
    "counts_frame",
    "create_tables",
    "current_dataset",
    "current_value",
    "customer_frame",
    "customer_summary",
    "datasets",
    "default_cuts",
    "evaluate_rule",
    "events_frame",
    "file_sha256",
    "grade_rule",
    "historic_value",
    "lifecycle_customers",
    "lifecycle_stages",
    "lifetimes_frame",
    "members",
    "members_sql",
    "parts_frame",
    "potential_value",
    "preview",
    "propose",
    "rfm_customers",
    "rfm_grid",
    "rfm_rule",
    "rfm_segments",
    "risk_bands",
    "rule_in_words",
    "silence_rule",
    "stage_of",
    "stage_rule",
    "store",
    "summary_sql",
    "understand",
    "value_at_stake",
    "value_per_year",
    "weights_frame",
]
