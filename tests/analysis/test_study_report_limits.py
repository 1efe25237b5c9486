# SPDX-License-Identifier: GPL-2.0-only
"""What the report of a study says of its own limits and its method holds for all of its cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_studies import AXIS, add, cell, study

from analysis.report.threats import NO_LOSS
from analysis.study import report_method
from analysis.study.figures_data import Results
from analysis.study.model import Cell, Study
from analysis.study.report_limits import threats
from analysis.study.report_networks import Network

STAR = {"kind": "star", "routers": [{}], "notes": []}
CRASH = [{"at_s": 10.0, "verb": "crash", "members": ["m3"]}]
TIMES = [4.0, 5.0, 6.0, 7.0, 8.0, 9.0]


def run_of(cells: list[Cell]) -> Study:
    made = study(cells)
    for each in cells:
        add(made, each, TIMES)
    return made


def found(made: Study, topology: dict[str, Any] = STAR) -> dict[str, str]:
    """Threats by what they are."""
    networks = {
        scenario: Network(
            {"topology": topology, "timeline": CRASH},
            1,
            next(c for c in made.cells if c.scenario == scenario),
        )
        for scenario in {c.scenario for c in made.cells}
    }
    return {threat.what: threat.effect for threat in threats(Results(made), networks)}


@pytest.mark.parametrize("order", [("0%", "5%"), ("5%", "0%")])
def test_study_that_varies_loss_is_not_told_that_it_loses_nothing(order: tuple[str, str]) -> None:
    cells = [cell("", str(n), {"network.loss": loss}) for n, loss in enumerate(order)]
    assert not any(what.startswith(NO_LOSS.what) for what in found(run_of(cells)))
    assert NO_LOSS.what in found(run_of([cell("", "1s"), cell("", "2s")]))


def test_scenario_without_loss_is_named_where_another_one_has_it() -> None:
    lossy = cell(scenario="lossy", resolved={"network.loss": "5%"})
    assert f"{NO_LOSS.what} (crash)" in found(run_of([cell(), lossy]))


def test_threat_of_some_cells_is_said_of_these() -> None:
    """Which cell stands first decides nothing."""
    path, packet = {"network.model": "path"}, {"network.model": "packet"}
    for first, second in ((path, packet), (packet, path)):
        told = found(run_of([cell("a", "1s", first), cell("b", "1s", second)]))
        where = "a" if first is path else "b"
        assert f"Paths, not packets ({where})" in told and "A converged start" in told
    by_interval = [cell(v, i, path if i == "1s" else packet) for v in "ab" for i in ("1s", "2s")]
    assert "Paths, not packets (probe interval 1s)" in found(run_of(by_interval))


def test_networks_of_other_kinds_are_not_called_the_same() -> None:
    """Cells of a random network with one draw are told so, though the kept network is a star."""
    random = {"topology.kind": "waxman"}
    told = found(
        run_of([cell("a", resolved={"topology.kind": "star"}), cell("b", resolved=random)])
    )
    assert "One draw of the network (b)" in told


def changed(made: Study, change: Callable[[dict[str, Any]], None]) -> Study:
    for entries in made.entries.values():
        for entry in entries.values():
            change(entry.kept["metrics"])
    return made


def test_short_watch_is_a_threat_and_its_length_is_in_the_method() -> None:
    made = run_of([cell()])
    # The crash is at 10 s of 100, and is suspected after a second.
    watched = dict(report_method.design(Results(made)))["a crash is watched for"]
    assert watched == "90 s, until its run ends; never means not within this time."

    def suspicion(seconds: float) -> Callable[[dict[str, Any]], None]:
        return lambda metrics: metrics["measure"].update(longest_suspicion_s=seconds)

    what = "Crashes are watched for a short time"
    assert what not in found(changed(made, suspicion(89.0)))
    told = found(changed(made, suspicion(89.5)))
    assert "In 1 of 1 cell" in told[what] and "at worst 90 s" in told[what]
    assert "90.5 s together" in told[what] and "The window" not in told
    assert (
        "shorter than the longest suspicion" in found(changed(made, suspicion(190)))["The window"]
    )


def test_victims_that_were_suspected_or_gone_already_are_counted() -> None:
    what = "Victims that were no surprise"
    made = run_of([cell()])
    assert what not in found(made)
    first, second, *_ = made.entries[made.cells[0].key].values()
    first.kept["metrics"]["crashes"][0].update(first_suspect_s=3.98, first_dead_s=0.598)
    second.kept["metrics"]["crashes"][0].update(known_before=3, should_know=3)
    told = found(made)[what]
    assert "There were 6 crashes. In 1 of them the victim was suspected" in told
    assert "In 1 of them all held the victim for gone" in told


def test_seeds_are_those_that_each_cell_has() -> None:
    cells = [cell("a"), cell("b")]
    made = study(cells)
    for each, runs in zip(cells, (5, 8)):
        add(made, each, [5.0] * runs)
    assert report_method._seeds(made).startswith("1 to 8, of which each cell has the first 5 to 8:")
    add(made, cells[0], [5.0] * 3)
    assert report_method._seeds(made).startswith("1 to 8, the same in all cells:")
    del made.entries[cells[0].key][2]
    assert report_method._seeds(made).startswith("1 to 8, of which each cell has some 7 to 8:")


def test_scenario_has_the_members_and_times_of_its_cells(tmp_path: Path) -> None:
    """An axis may set what the scenario's file says."""
    scenario = {"name": "crash", "members": 20, "duration_s": 60.0, "set": {}}
    small = replace(cell("", "1s"), members=20, simulated_s=60.0)
    large = replace(cell("", "2s"), members=40, simulated_s=90.0)
    (row,) = report_method.scenarios(study([small, large], asked={"scenarios": [scenario]}))
    assert row == ("crash", "20 to 40 members for 60 to 90 s")
    (row,) = report_method.scenarios(study([large], asked={"scenarios": [scenario]}))
    assert row == ("crash", "40 members for 90 s")
