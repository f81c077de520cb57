"""Which pages there are: steps come from the method, workspace pages from here."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.language import Message, msg


@dataclass(frozen=True)
class WorkspacePage:
    """A page beside the steps. ``needs_plan`` pages appear once a workbook is open."""

    script: str
    path: str
    title: Message
    icon: str
    help: Message
    needs_plan: bool = True


LIBRARY = WorkspacePage(
    "workspace/library.py",
    "library",
    msg("Workbooks"),
    "folder_open",
    msg("Create, open, copy, import, download and archive workbooks."),
    False,
)
PLAN = WorkspacePage(
    "workspace/plan.py",
    "plan",
    msg("Plan at a glance"),
    "route",
    msg("Nine steps, the thread of one segment, the decision register and all open checks."),
)
WORKSPACE = (
    WorkspacePage(
        "workspace/data.py",
        "data",
        msg("Customer data"),
        "database",
        msg("Import purchases, see what was understood, find segments and adopt them."),
    ),
    WorkspacePage(
        "workspace/report.py",
        "handover",
        msg("Handover"),
        "ios_share",
        msg("The plan as a document and as a spreadsheet."),
    ),
    WorkspacePage(
        "workspace/history.py",
        "history",
        msg("History"),
        "history",
        msg("Who changed what and when; undo, and go back to a moment; open the next cycle."),
    ),
    LIBRARY,
)

#: Step id -> page script and address. The address is fixed, so that a link in a document keeps working.
STEP_PAGES: dict[str, tuple[str, str]] = {
    "opening": ("steps/opening.py", "opening"),
    "step_1": ("steps/step_1_targets.py", "targets"),
    "step_2": ("steps/step_2_needs.py", "needs"),
    "step_3": ("steps/step_3_positioning.py", "positioning"),
    "step_4": ("steps/step_4_mix.py", "mix"),
    "step_5": ("steps/step_5_acquisition.py", "acquisition"),
    "step_6": ("steps/step_6_retention.py", "retention"),
    "step_7": ("steps/step_7_win_back.py", "win-back"),
    "step_8": ("steps/step_8_system.py", "system"),
    "step_9": ("steps/step_9_circle.py", "circle"),
}
