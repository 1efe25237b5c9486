# SPDX-License-Identifier: GPL-2.0-only
"""What the report of a study says of its own limits and its method holds for all of its cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_studies import AXIS, add, cell, study

from analysis.report.threats import NO_LOSS
from analysis.study import report_method, report_networks, report_numbers
from analysis.study.estimates import Estimate
from analysis.study.figures_data import Results
from analysis.study.measures import measure_named
from analysis.study.model import Cell, Study, pack
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


Change = Callable[[dict[str, Any]], None]


def change_run(made: Study, cell: str, seed: int, change: Change) -> None:
    entry = made.entries[cell][seed]
    kept = entry.kept
    assert kept is not None
    change(kept["metrics"])
    made.entries[cell][seed] = replace(entry, packed=pack(kept))


def changed(made: Study, change: Change, cells: Sequence[Cell] = ()) -> Study:
    """Changes what is kept of each run of these cells (none: all)."""
    for key in [each.key for each in cells] or list(made.entries):
        for seed in made.entries[key]:
            change_run(made, key, seed, change)
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
    key = made.cells[0].key
    first, second, *_ = made.entries[key]
    late = {"first_suspect_s": 3.98, "first_dead_s": 0.598}
    gone = {"known_before": 3, "should_know": 3, "first_dead_s": None}
    change_run(made, key, first, lambda metrics: metrics["crashes"][0].update(late))
    change_run(made, key, second, lambda metrics: metrics["crashes"][0].update(gone))
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


def test_study_with_cells_that_were_not_run_says_that_it_is_incomplete() -> None:
    made = run_of([cell("a"), cell("b")])
    assert report_method.incomplete(Results(made)) == ""
    del made.entries[made.cells[1].key]
    assert "1 of 2 cells has no run" in report_method.incomplete(Results(made))


def test_what_all_points_have_alike_stands_once_and_what_has_no_value_stays() -> None:
    made = run_of([cell("", "1s"), cell("", "2s")])
    made = replace(made, asked={"measure": {"measures": ["wrong_deaths", "first_suspect_s.p99"]}})
    rows, left = report_numbers.glance(Results(made))
    alike, missing = rows
    assert alike.least.value == "0" and alike.largest is None and left == 0
    assert alike.least.at == "all 2 points"
    assert missing.least.value == "–" and "it takes 100 values" in missing.least.interval


def test_interval_has_the_digits_that_tell_its_ends_apart() -> None:
    narrow = Estimate(1.2345, 1.2341, 1.2349, 8, 8, "")
    number = report_numbers.number_of(narrow, measure_named("full_dissemination_s.median"))
    assert (number.value, number.interval) == ("1.234\u00a0s", "[1.234, 1.235]")
    wide = report_numbers.number_of(replace(narrow, high=1.9), measure_named("leaves_seen"))
    assert (wide.value, wide.interval) == ("1.23\u00a0%", "[1.23, 1.90]")
    same = replace(narrow, low=1.2345, high=1.2345)
    assert report_numbers.interval_text(same) == "[1.23, 1.23]"


def test_network_of_one_router_has_facts_and_no_picture() -> None:
    topology = {**STAR, "links": [], "mean_path_delay_ns": 1e5, "max_path_delay_ns": 1e5}
    network = Network({"topology": topology, "timeline": CRASH, "members": 4}, 1, cell())
    (shown,) = report_networks.shown({"crash": network}, {})
    assert shown.picture is None and shown.timelines[0][1]
    assert [name for name, _ in shown.facts] == ["topology", "path delay one way"]


def test_cells_of_which_the_same_is_said_stand_together(tmp_path: Path) -> None:
    cells = [cell(v) for v in "abcdefg"]
    made = replace(study(cells), folder=tmp_path)

    def told(words: list[str]) -> list[tuple[str, str, str]]:
        summary = [
            {"key": c.key, "runs": 8, "failed": 0, "stopped": text} for c, text in zip(cells, words)
        ]
        (tmp_path / "summary.json").write_text(json.dumps({"format": 1, "cells": summary}))
        return report_method.stops(made)["stopped_cells"]

    assert told(["at_most, 8 runs, reached"] * 7) == [], "the table of reasons says it"
    rows = told(["at_most, 8 runs, reached"] * 6 + ["targets met at 5 and 8 runs: x"])
    assert len(rows) == 2 and rows[0][0].endswith("; and 2 more cells")


def test_windows_that_differ_are_one_threat() -> None:
    made = run_of([cell("a"), cell("b")])
    for each, longest_s in zip(made.cells, (150.0, 190.0)):
        changed(
            made,
            lambda metrics: metrics["measure"].update(longest_suspicion_s=longest_s),
            [each],
        )
    told = found(made)["The window"]
    assert told.startswith(
        "In 2 of 2 cells the window (100 s) is shorter than the longest suspicion"
    )
    assert "(150 to 190 s)" in told
