"""The segment spine: customer data into a workbook, segments out of them, and their members assigned anew when data change."""

from strategy.spine.adoption import adopt, refreshed
from strategy.spine.connecting import connect_customers, refresh
from strategy.spine.intake import import_customers

__all__ = ["adopt", "connect_customers", "import_customers", "refresh", "refreshed"]
