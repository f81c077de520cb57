"""The method as data: YAML files read into frozen, validated models."""

from strategy.method.check_rules import Check
from strategy.method.loader import load_method, shipped_folder, shipped_method
from strategy.method.models import Choice, Column, Layer, Method, Step, Text, Worksheet

__all__ = [
    "Check",
    "Choice",
    "Column",
    "Layer",
    "Method",
    "Step",
    "Text",
    "Worksheet",
    "load_method",
    "shipped_folder",
    "shipped_method",
]
