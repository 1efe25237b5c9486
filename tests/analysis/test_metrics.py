# SPDX-License-Identifier: GPL-2.0-only
"""metrics.json is read, and computed by swimlab-metrics where it is not that of the records."""

import json
from pathlib import Path

import pytest
from run_tables import RunTable

from analysis.run.metrics import METRICS_NAME, metrics_of_run, metrics_of_runs


class TestMetricsFile:
    def busy(self) -> RunTable:
        table = RunTable().truth(10, "crash", "m3").says(12, "m0", "dead", "m3")
        table.partition(20, "m0", "m1 m2").says(25, "m0", "dead", "m1").truth(30, "heal")
        return table.says(60, "m1", "dead", "m2").sent(0, "ping", 8, 320)

    def test_metrics_are_read_as_they_were_computed(self, tmp_path: Path) -> None:
        folder = self.busy().write(tmp_path / "runs" / "seed-1")
        computed = metrics_of_run(folder)
        (folder / "events.csv").unlink()
        assert metrics_of_run(folder) == computed

    def test_metrics_of_other_events_are_not_used(self, tmp_path: Path) -> None:
        folder = self.busy().write(tmp_path / "runs" / "seed-1")
        before = metrics_of_run(folder)
        self.busy().says(70, "m0", "dead", "m2").write(folder)
        after = metrics_of_run(folder)
        assert after.false_positives.events == before.false_positives.events + 1

    @pytest.mark.parametrize("damage", ["", "null", '{"metrics_format": 0}', '{"metrics_format'])
    def test_damaged_or_older_metrics_are_computed_anew(self, tmp_path: Path, damage: str) -> None:
        folder = self.busy().write(tmp_path / "runs" / "seed-1")
        computed = metrics_of_run(folder)
        (folder / METRICS_NAME).write_text(damage)
        assert metrics_of_run(folder) == computed
        assert json.loads((folder / METRICS_NAME).read_text())["members"] == 4

    def test_runs_come_in_order_and_in_parallel(self, tmp_path: Path) -> None:
        for seed in (10, 9, 1):
            self.busy().write(tmp_path / "runs" / f"seed-{seed}")
        (tmp_path / "runs" / ".seed-2.partial").mkdir()
        names = [metrics.name for metrics in metrics_of_runs(tmp_path, 2)]
        assert names == ["seed-1", "seed-9", "seed-10"]
