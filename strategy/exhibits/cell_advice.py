"""What each of the nine cells of the matrix advises, in words a marketing team can act on.

Our own wording of the strategies that the nine-box matrix assigns to its cells (Coyne, McKinsey Quarterly 2008).
"""

from __future__ import annotations

from strategy.analysis.ge_matrix import Third
from strategy.language import Message, msg

#: (attractiveness, ability) -> name of the cell, and what to do there.
CELLS: dict[tuple[Third, Third], tuple[Message, Message]] = {
    ("high", "high"): (msg("Lead"), msg("Give these customers the best people and the first money; keep rivals out.")),
    ("high", "medium"): (msg("Catch up"), msg("Invest where service lags, on the one or two strengths that can win.")),
    ("high", "low"): (
        msg("Pick a niche or learn"),
        msg("Serve one corner well, borrow the missing ability from a partner, or leave it until you can."),
    ),
    ("medium", "high"): (msg("Grow with care"), msg("Put money into the part that grows; make serving the rest cheaper.")),
    ("medium", "medium"): (
        msg("Earn selectively"),
        msg("Invest only where margin is good and risk small; keep the rest at today's level."),
    ),
    ("medium", "low"): (msg("Try small or stop"), msg("Test cheaply for a set time; without a result, spend nothing more.")),
    ("low", "high"): (msg("Keep and harvest"), msg("Hold the relationship with little effort; use its income elsewhere.")),
    ("low", "medium"): (msg("Serve at low cost"), msg("Keep profitable customers, simplify the offer, start nothing new.")),
    ("low", "low"): (msg("Let go"), msg("Stop investing; leave decently and free the people and the money.")),
}
