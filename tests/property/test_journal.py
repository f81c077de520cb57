"""Stateful test of the journal: whatever is done in whatever order, replay equals current equals a simple model."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from strategy.errors import Conflict, Refused
from strategy.workbook import Delete, Put, Workbook
from strategy.workbook.history import restore, undo
from strategy.workbook.snapshot import replay

ROWS = st.sampled_from(["a", "b", "c"])
FIELDS = st.dictionaries(st.sampled_from(["name", "reason", "resource_share"]), st.integers(0, 5).map(str), min_size=1, max_size=3)
AUTHORS = st.sampled_from(["Ada", "Bo"])

Model = dict[str, dict[str, Any]]


def _values(fields: dict[str, str]) -> dict[str, Any]:
    return {name: float(value) if name == "resource_share" else value for name, value in fields.items()}


class JournalMachine(RuleBasedStateMachine):
    """Two people working on three segments, with stale versions, resent commands, undo, restore and reopening."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ninefold-test-"))
        self.workbook = Workbook.create(self.folder / "plan.duckdb", "Plan")
        self.model: Model = {}
        self.moments: dict[int, Model] = {self.workbook.seq: {}}
        self.commands: list[tuple[str, int]] = []

    def teardown(self) -> None:
        self.workbook.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _note(self) -> None:
        self.moments[self.workbook.seq] = {row: dict(values) for row, values in self.model.items()}

    @rule(row=ROWS, fields=FIELDS, author=AUTHORS)
    def put(self, row: str, fields: dict[str, str], author: str) -> None:
        command = f"c{len(self.commands)}"
        receipt = self.workbook.commit([Put("segment", row, fields)], author, command)
        if receipt.revisions:
            self.commands.append((command, receipt.seq))
        self.model.setdefault(row, {}).update(_values(fields))
        self._note()

    @rule(row=ROWS, fields=FIELDS, author=AUTHORS, back=st.integers(1, 3))
    def put_stale(self, row: str, fields: dict[str, str], author: str, back: int) -> None:
        """A change made from an older version merges, or is a conflict that leaves everything as it was."""
        current = self.workbook.snapshot().row("segment", row)
        if current is None or current.version <= back:
            return
        base = next((r for r in self.workbook.journal.of_row(1, "segment", row) if r.version == current.version - back), None)
        if base is None or base.operation == "delete":
            return
        wanted = _values(fields)
        collides = any(
            current[name] != base.body.get(name) and current[name] != value and value != base.body.get(name)
            for name, value in wanted.items()
        )
        try:
            self.workbook.commit([Put("segment", row, fields, base=base.version)], author)
            assert not collides
        except Conflict:
            assert collides
            return
        for name, value in wanted.items():
            if value != base.body.get(name):
                self.model[row][name] = value
        self._note()

    @rule(row=ROWS, author=AUTHORS)
    def delete(self, row: str, author: str) -> None:
        if row in self.model:
            self.workbook.commit([Delete("segment", row)], author)
            del self.model[row]
            self._note()

    @precondition(lambda self: self.commands)
    @rule(data=st.data())
    def resend(self, data: st.DataObject) -> None:
        command, seq = data.draw(st.sampled_from(self.commands))
        before = self.workbook.seq
        receipt = self.workbook.commit([Put("segment", "a", {"name": "resent"})], "Ada", command)
        assert receipt.repeated
        assert receipt.seq == seq
        assert self.workbook.seq == before

    @rule(author=AUTHORS)
    def undo(self, author: str) -> None:
        """Undo either brings a state one can explain or refuses; what it did is read back into the model."""
        before = self.workbook.seq
        try:
            undo(self.workbook, author)
        except (Refused, Conflict):
            assert self.workbook.seq == before
            return
        self.model = {row.id: dict(row.values) for row in self.workbook.snapshot().rows("segment")}
        self._note()

    @rule(data=st.data(), author=AUTHORS)
    def restore(self, data: st.DataObject, author: str) -> None:
        seq = data.draw(st.sampled_from(sorted(self.moments)))
        restore(self.workbook, seq, author)
        self.model = {row: dict(values) for row, values in self.moments[seq].items()}
        self._note()

    @rule()
    def reopen(self) -> None:
        self.workbook.close()
        self.workbook = Workbook.open(self.folder / "plan.duckdb")

    @invariant()
    def replay_is_current_is_model(self) -> None:
        if not hasattr(self, "workbook"):
            return
        snapshot = self.workbook.snapshot()
        current = {row.id: dict(row.values) for row in snapshot.rows("segment")}
        replayed = replay(self.workbook.journal, self.workbook.seq, 1).get("segment", {})
        assert {row: dict(found.values) for row, found in replayed.items()} == current
        assert current == self.model
        stored = self.workbook.cursor().execute("SELECT row_id, name, reason, resource_share FROM segment").fetchall()
        in_file = {
            r[0]: {k: v for k, v in zip(("name", "reason", "resource_share"), r[1:], strict=True) if v is not None} for r in stored
        }
        assert in_file == self.model


JournalMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestJournal = JournalMachine.TestCase
