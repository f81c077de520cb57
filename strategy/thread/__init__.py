"""The golden thread: references as a graph, checks across steps, readiness, staleness and drift. Pure functions of a snapshot."""

from strategy.thread.belonging import belongs, refers
from strategy.thread.checks import Finding, find
from strategy.thread.drift import Drift, drifted, furthest
from strategy.thread.graph import Graph, Link, graph_of, rested_on, resting_on, rows_of
from strategy.thread.outside import said_of_outside
from strategy.thread.readiness import Item, Readiness, readiness
from strategy.thread.staleness import Reason, stale

__all__ = [
    "Drift",
    "Finding",
    "Graph",
    "Item",
    "Link",
    "Readiness",
    "Reason",
    "belongs",
    "drifted",
    "find",
    "furthest",
    "graph_of",
    "readiness",
    "refers",
    "rested_on",
    "resting_on",
    "rows_of",
    "said_of_outside",
    "stale",
]
