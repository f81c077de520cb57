"""Evidence: from a snapshot or the customer data to tidy data, a reading in words and a chart."""

from strategy.exhibits.evidence import evidence_of, figure_of, figure_source, first_with_data, present, spec
from strategy.exhibits.model import REGISTRY, Context, Exhibit, Setting, Spec

__all__ = [
    "REGISTRY",
    "Context",
    "Exhibit",
    "Setting",
    "Spec",
    "evidence_of",
    "figure_of",
    "figure_source",
    "first_with_data",
    "present",
    "spec",
]
