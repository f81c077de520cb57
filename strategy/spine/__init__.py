"""The segment spine: customer data into a workbook, segments out of them, and their members assigned anew when data change."""

from strategy.spine.adoption import Moved, adopt, adopted_rules, refreshed, who_moved
from strategy.spine.attributes import import_attributes
from strategy.spine.connecting import connect_customers, refresh
from strategy.spine.going_back import restore, undo
from strategy.spine.intake import import_customers, other_currency, replaced_by
from strategy.spine.interactions import import_interactions
from strategy.spine.participants import what_stays, with_names_kept

__all__ = [
    "Moved",
    "adopt",
    "adopted_rules",
    "connect_customers",
    "import_attributes",
    "import_customers",
    "import_interactions",
    "other_currency",
    "refresh",
    "refreshed",
    "replaced_by",
    "restore",
    "undo",
    "what_stays",
    "who_moved",
    "with_names_kept",
]
