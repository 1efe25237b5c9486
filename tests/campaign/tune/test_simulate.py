# SPDX-License-Identifier: GPL-2.0-only
"""What the search is told of simulated runs: no run twice, the worst scenario of a goal, fresh seeds."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import made_up_studies as made_up
from analysis.study.model import entry_of
from campaign.errors import Failure, UserError
from campaign.study.engine import Done, Job, Outcome
from campaign.tune.evaluate import PACKET, Ask, BudgetOver
from campaign.tune.folder import TuneFolder
from campaign.tune.problem import Goal
from campaign.tune.shares import Shares
from campaign.tune.simulate import Deadlines, Simulated, Situation

KNOWN, WRONG = "known_to_all_s.median", "wrong_deaths"
CALM = Situation("calm", {"protocol.probe_interval": "1s"}, 3.0, 10, 100.0)
STORM = Situation("storm", {"protocol.probe_interval": "1s"}, 1.0, 10, 100.0)


class _Engine:
    """Does runs of which `known` gives the time, and remembers them."""

    def __init__(self, known: Callable[[Job], float | None]) -> None:
        self._known = known
        self.done: list[Job] = []
        self.fails = False

    def perform(self, jobs: Sequence[Job], done: Done) -> None:
        for job in jobs:
            self.done.append(job)
            if self.fails:
                done(Outcome(job, None, "it broke", 1))
            done(Outcome(job, Path(str(self._known(job)))))


class _Folder(TuneFolder):
    """Whose journal takes what _Engine made, instead of a simulator's records."""

    def finish(self, outcome: Outcome, repeat: str) -> dict[str, object]:
        known = str(outcome.folder)
        kept = made_up.kept(None if known == "None" else float(known), 1, 300)
        process = {"wall_s": 0.1, "peak_memory_bytes": 1}
        line = {"cell": outcome.job.cell.key, "seed": outcome.job.seed}
        line |= {"kept": kept, "process": process}
        with open(self.path / "runs.jsonl", "a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")
        return line


def evaluator(
    folder: Path,
    engine: _Engine,
    situations: Sequence[Situation] = (CALM, STORM),
    goals: Sequence[Goal] = (),
    budget_s: float = math.inf,
    measures: Sequence[str] = (KNOWN, WRONG),
) -> Simulated:
    folder.mkdir(exist_ok=True)
    made = Simulated(_Folder(folder), Path("swimlab-ns3"), engine, situations, goals, measures)
    made.deadlines = Deadlines(time.monotonic(), budget_s)
    return made


def of_scenario(times: Mapping[str, float | None]) -> Callable[[Job], float | None]:
    return lambda job: times[job.cell.scenario]


def test_no_run_is_made_twice_not_even_by_the_next_command(tmp_path: Path) -> None:
    engine = _Engine(of_scenario({"calm": 2.0, "storm": 6.0}))
    ask = Ask({"protocol.gossip_nodes": "3"}, 2)
    first = evaluator(tmp_path / "o", engine)
    first.measure([ask, ask])
    assert len(engine.done) == 4 and first.done == 4
    first.measure([Ask(ask.settings, 3)])
    assert len(engine.done) == 6
    again = evaluator(tmp_path / "o", engine)
    assert again.kept == 6
    told = again.measure([Ask(ask.settings, 3)])
    assert len(engine.done) == 6 and again.done == 0
    assert told == first.measure([Ask(ask.settings, 3)])


def test_all_settings_have_the_same_seeds_and_fresh_ones_others(tmp_path: Path) -> None:
    engine = _Engine(of_scenario({"calm": 2.0, "storm": 6.0}))
    found = evaluator(tmp_path / "o", engine, (CALM,))
    for nodes in ("3", "4"):
        found.measure([Ask({"protocol.gossip_nodes": nodes}, 3)])
    seeds = [job.seed for job in engine.done]
    assert seeds[:3] == seeds[3:]
    found.measure([Ask({"protocol.gossip_nodes": "3"}, 3, fresh=True)])
    assert not set(seeds) & {job.seed for job in engine.done[6:]}


def test_a_goal_is_told_by_its_worst_scenario_and_the_rest_by_the_weighted_mean(
    tmp_path: Path,
) -> None:
    engine = _Engine(of_scenario({"calm": 2.0, "storm": 6.0}))
    (mean,) = evaluator(tmp_path / "o", engine).measure([Ask({}, 2)])
    assert mean.values[KNOWN].value == pytest.approx((3 * 2 + 6) / 4)
    assert mean.per_run[KNOWN] == pytest.approx([3.0, 3.0])
    goal = Goal(KNOWN, "<=", 5.0)
    (worst,) = evaluator(tmp_path / "o", engine, goals=[goal]).measure([Ask({}, 2)])
    assert worst.values[KNOWN].value == 6.0 and worst.per_run[KNOWN] == [6.0, 6.0]
    at_least = Goal(KNOWN, ">=", 5.0)
    (least,) = evaluator(tmp_path / "o", engine, goals=[at_least]).measure([Ask({}, 2)])
    assert least.values[KNOWN].value == 2.0


def test_never_is_longer_than_any_number(tmp_path: Path) -> None:
    engine = _Engine(of_scenario({"calm": 2.0, "storm": None}))
    (told,) = evaluator(tmp_path / "o", engine).measure([Ask({}, 2)])
    assert told.values[KNOWN].value == math.inf and told.values[KNOWN].interval is None
    assert told.per_run[KNOWN] == [math.inf, math.inf]


def test_too_few_values_have_a_rough_one(tmp_path: Path) -> None:
    engine = _Engine(lambda job: float(job.seed))
    p99 = "known_to_all_s.p99"
    (told,) = evaluator(tmp_path / "o", engine, (CALM,), measures=[p99]).measure([Ask({}, 4)])
    assert told.values[p99].value is None and told.rough[p99] == 4.0


def test_bytes_come_from_runs_of_their_own_and_few_of_them(tmp_path: Path) -> None:
    engine = _Engine(lambda job: 2.0)
    loaded = Situation("calm", {"protocol.compression": "true"}, 1.0, 10, 100.0, of_bytes=True)
    both = evaluator(
        tmp_path / "o", engine, (CALM, loaded), measures=[KNOWN, "bytes_per_member_second"]
    )
    (told,) = both.measure([Ask({}, 40)])
    assert len(engine.done) == 50
    assert told.values["bytes_per_member_second"].n == 10 and told.values[KNOWN].n == 40
    engine.done.clear()
    both.measure([Ask({}, 5, PACKET)])
    assert len(engine.done) == 5
    assert all("protocol.compression=true" in job.cell.settings for job in engine.done)


def test_the_cost_is_of_the_ask_alone_and_grows_with_what_it_asks(tmp_path: Path) -> None:
    found = evaluator(tmp_path / "o", _Engine(lambda job: 2.0))
    cost = found.cost_s(Ask({}, 2))
    assert found.cost_s(Ask({}, 4)) == pytest.approx(2 * cost)
    assert found.cost_s(Ask({"cluster.members": "100"}, 2)) == pytest.approx(10 * cost)
    assert found.cost_s(Ask({"protocol.probe_interval": "500ms"}, 2)) > cost
    assert found.cost_s(Ask({}, 2, PACKET)) > 10 * cost
    found.measure([Ask({}, 2)])
    assert found.cost_s(Ask({}, 2)) == cost


def test_after_the_budget_no_run_begins(tmp_path: Path) -> None:
    engine = _Engine(lambda job: 2.0)
    found = evaluator(tmp_path / "o", engine, budget_s=-1.0)
    with pytest.raises(BudgetOver):
        found.measure([Ask({}, 2)])
    assert not engine.done


def test_it_knows_how_many_runs_there_are(tmp_path: Path) -> None:
    found = evaluator(tmp_path / "o", _Engine(lambda job: 2.0))
    assert found.made(Ask({}, 5)) == 0
    found.measure([Ask({}, 3)])
    assert found.made(Ask({}, 5)) == 3 and found.made(Ask({}, 2)) == 2
    assert found.made(Ask({}, 5, fresh=True)) == 0


def test_every_run_counts_those_of_all_scenarios_and_those_for_bytes(tmp_path: Path) -> None:
    loaded = Situation("calm", {"protocol.compression": "true"}, 1.0, 10, 100.0, of_bytes=True)
    found = evaluator(tmp_path / "o", _Engine(lambda job: 2.0), (CALM, STORM, loaded))
    assert found.runs_of(Ask({}, 40)) == 90 and found.runs_of(Ask({}, 4, PACKET)) == 4
    found.measure([Ask({}, 40)])
    assert found.done == 90


def test_a_damaged_journal_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "runs.jsonl").write_text("{]\n")
    with pytest.raises(UserError, match=r"runs\.jsonl:1: is no run: .*choose another folder"):
        evaluator(tmp_path / "o", _Engine(lambda job: 2.0))


def test_a_run_that_fails_ends_it_with_its_words(tmp_path: Path) -> None:
    engine = _Engine(lambda job: 2.0)
    engine.fails = True
    with pytest.raises(Failure, match="run of calm with seed 1 failed: it broke\nThis run again"):
        evaluator(tmp_path / "o", engine).measure([Ask({}, 2)])


def test_a_folder_keeps_its_build_and_its_scenarios(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    build = {"program_sha256": "a", "commit": "c1", "version": "1", "made_with": {}}
    asked = {"build": build, "inputs": {"s": "1"}}
    with TuneFolder(tmp_path / "o") as folder:
        folder.admit(asked, copies)
        folder.admit(asked | {"title": "another"}, copies)
    for other, words in (
        (
            asked | {"build": build | {"program_sha256": "b", "commit": "c2"}},
            "built from c1, and is now from c2",
        ),
        (asked | {"inputs": {"s": "2"}}, "they are of other scenarios"),
    ):
        with TuneFolder(tmp_path / "o") as folder, pytest.raises(UserError, match=words):
            folder.admit(other, copies)
    (tmp_path / "o" / "tune.json").write_text("{}")
    with TuneFolder(tmp_path / "o") as folder, pytest.raises(UserError, match="cannot be read"):
        folder.admit(asked, copies)


def test_another_folder_is_no_tune_s(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "letter.txt").write_text("Dear")
    with TuneFolder(tmp_path / "o") as folder, pytest.raises(UserError, match="no tune's folder"):
        folder.admit({"build": {}, "inputs": {}}, tmp_path)


def test_a_journal_s_line_is_an_entry() -> None:
    line = {"cell": "c", "seed": 1, "kept": {}, "process": {"wall_s": 1, "peak_memory_bytes": 2}}
    assert entry_of(line).kept == {}


def test_each_stage_leaves_the_next_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    deadlines = Deadlines(0.0, 100.0)
    deadlines.keep_to(Shares(search=0.42, trial=0.72, default=0.8, packet=0.88))

    def over(at: float, ask: Ask) -> bool:
        nonlocal now
        now = at
        deadlines.enter([ask])
        try:
            deadlines.check()
        except BudgetOver:
            return True
        return False

    search, fresh, packet = Ask({}, 1), Ask({}, 1, fresh=True), Ask({}, 1, PACKET, True)
    assert not over(44, search) and over(46, search)
    assert not over(74, fresh) and over(76, fresh) and not over(77, fresh)
    assert not over(90, packet) and over(92, packet)
    assert not over(99, fresh) and over(101, fresh) and over(102, search)
