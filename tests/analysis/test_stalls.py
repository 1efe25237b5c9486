# SPDX-License-Identifier: GPL-2.0-only
"""What stalled members did, counted in a table made by hand; and when two systems agree."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.calibration.stalls import Row, difference, main, read_campaign, stalls_of

S = 1_000_000_000


def _row(time_s: float, observer: str, event: str, subject: str, inc: int = 1, source: str = ""):
    return Row(int(time_s * S), observer, event, subject, str(inc), source)


ROWS = [
    _row(10, "", "stall", "m1"),
    _row(21, "m2", "dead", "m1"),  # 11 s after the stall began
    _row(22, "m3", "dead", "m1"),
    _row(26, "", "unstall", "m1"),
    _row(26, "m1", "suspect", "m4", 3, "m1"),
    _row(26, "m1", "suspect", "m5", 1, "m2"),  # another's word
    _row(27, "", "stall", "m1"),
    _row(36, "m1", "dead", "m4", 3, "m1"),
    _row(37, "m3", "dead", "m4", 3, "m1"),  # the same incident
    _row(38, "m1", "dead", "m4", 4, "m1"),  # another one
    _row(39, "m1", "dead", "m1", 1),  # by who is stalled itself
    _row(43, "", "unstall", "m1"),
    _row(43.1, "m1", "suspect", "m1", 2, "m2"),
    _row(43.3, "m1", "dead", "m1", 2, "m2"),
    _row(44, "m2", "dead", "m1", 2),  # after the stall
]


def test_counts_incidents_once_and_first_deaths_within_the_stall() -> None:
    found = stalls_of(ROWS, 7)
    assert (found.incidents, found.events, found.suspicions) == (2, 3, 1)
    assert found.behind_s == pytest.approx(0.3), "of one stall; after the other it learned nothing"
    assert (found.first_dead_s, found.buried, found.refutations) == (pytest.approx(11), 1, 7)


def _campaign(folder: Path, shifts: list[float], valid: bool = True) -> Path:
    for number, shift in enumerate(shifts):
        run = folder / "runs" / f"seed-{number}"
        run.mkdir(parents=True)
        lines = ["time_ns,observer,event,subject,incarnation,source"]
        for row in ROWS:
            time_ns = row.time_ns + int(shift * S) * (row.event == "dead")
            lines.append(
                f"{time_ns},{row.observer},{row.event},{row.subject},{row.incarnation},{row.source}"
            )
        (run / "events.csv").write_text("\n".join(lines) + "\n")
        (run / "run.json").write_text(json.dumps({"valid": valid, "counts": {"refutations": 7}}))
    return folder


def test_tells_agreement_from_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = _campaign(tmp_path / "a", [0.0, 0.2, 0.4])
    assert main([str(a), str(_campaign(tmp_path / "b", [0.1, 0.2, 0.3]))]) == 0
    assert "DIFFERS" not in capsys.readouterr().out
    assert main([str(a), str(_campaign(tmp_path / "c", [3.0, 3.1, 3.2]))]) == 0
    differing = [line for line in capsys.readouterr().out.splitlines() if "DIFFERS" in line]
    assert len(differing) == 1 and differing[0].startswith("stall to first dead")


def test_leaves_out_what_the_machine_was_too_slow_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = _campaign(tmp_path / "late", [0.0, 0.1], valid=False)
    assert read_campaign(late) == ([], 2)
    assert main([str(late), str(late)]) == 2
    assert "2 that the machine was too slow for" in capsys.readouterr().err


def test_the_interval_of_the_difference_holds_the_true_one_19_times_of_20() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        low, high = difference(rng.normal(8, 3, 10), rng.normal(9, 2, 10))
        held += low <= 1 <= high
    assert 0.93 <= held / 2000 <= 0.97
