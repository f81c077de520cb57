"""Handing over: one model of the plan, written as a self-contained document or a spreadsheet."""

from strategy.reports.writing import FORMATS, write_report

__all__ = ["FORMATS", "write_report"]
