"""Total cost of ownership of a system over its years of use.

After the definition Gartner gave the term (1987): everything a system costs from its purchase to its end. Implementation is paid
once at the start; licence and running cost every year.
"""

from __future__ import annotations


def total_cost(implementation: float, licence_a_year: float, running_a_year: float, years: int) -> float:
    """Money over all ``years``, without discounting."""
    return implementation + years * (licence_a_year + running_a_year)


def present_cost(implementation: float, licence_a_year: float, running_a_year: float, years: int, discount: float) -> float:
    """The same in today's money, at ``discount`` (0-1) a year, yearly costs being paid at the end of each year."""
    return implementation + sum((licence_a_year + running_a_year) / (1 + discount) ** year for year in range(1, years + 1))
