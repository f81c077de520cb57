"""The workbook: one DuckDB file that keeps every change ever made and can be read as it stood at any moment."""

from strategy.workbook.changes import Change, Delete, Imported, Put, Receipt, Review
from strategy.workbook.journal import Journal, Revision
from strategy.workbook.library import Entry, Library, home_folder, inbox_folder
from strategy.workbook.snapshot import FieldChange, Row, Snapshot
from strategy.workbook.workbook import Workbook

__all__ = [
    "Change",
    "Delete",
    "Entry",
    "FieldChange",
    "Imported",
    "Journal",
    "Library",
    "Put",
    "Receipt",
    "Review",
    "Revision",
    "Row",
    "Snapshot",
    "Workbook",
    "home_folder",
    "inbox_folder",
]
