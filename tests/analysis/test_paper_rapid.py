# SPDX-License-Identifier: GPL-2.0-only
"""What is made of the sizes that processes report: hand-made runs of four processes, of which one is deaf."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from analysis.papers.page import Page
from analysis.papers.paper import Paper
from analysis.papers.rapid_2018 import judged
from analysis.papers.rapid_2018.claimed import claims, mean, spread
from analysis.papers.rapid_2018.measured import bootstrap_of, _of_fault
from analysis.run.news import ClusterSizes, cluster_sizes


def sizes(rows: dict[int, tuple[int, int]], ever: list[list[int]], **changed: Any) -> ClusterSizes:
    """rows: by second the least and the greatest that three healthy ones report."""
    reports = {
        "reports": [3] * len(rows),
        "least": [least for least, _ in rows.values()],
        "median": [float(least) for least, _ in rows.values()],
        "greatest": [greatest for _, greatest in rows.values()],
        "distinct": list(range(1, len(rows) + 1)),
        "sizes": ever,
    }
    raw = {"second": list(rows), "members": [4] * len(rows), "all": reports, "healthy": reports}
    return cluster_sizes(raw | {"changed_s": None, "agreed_s": None} | changed)


def run(found: ClusterSizes, simulated_s: float = 300.0) -> Any:
    return SimpleNamespace(
        cluster_sizes=[found],
        simulated_s=simulated_s,
        members=4,
        false_positives=SimpleNamespace(about_bystanders=0),
    )


def test_a_fault_is_told_second_by_second_and_from_its_beginning_on() -> None:
    # 4 until 99 s, one second of disagreement, without the deaf one for 20 s, back, and without it to the end.
    found = _of_fault(
        run(sizes({1: (4, 4), 100: (3, 4), 101: (3, 3), 121: (4, 4), 291: (3, 3)}, [[3, 4]]))
    )
    assert (found["healthy"], found["least"], found["last"]) == (3, 3, [3, 3])
    assert (found["longest_all_gone_s"], found["all_gone_s"]) == (20, 20 + 10)
    assert (found["disagreed_s"], found["removals"], found["returns"]) == (1, 2, 1)
    assert (found["settling_least"], found["settling_greatest"]) == (3, 4)
    assert (found["late_least"], found["late_greatest"]) == (3, 4)


def test_what_happens_before_the_fault_does_not_count() -> None:
    found = _of_fault(run(sizes({1: (3, 3), 60: (4, 4)}, [[3, 4]])))
    assert (found["least"], found["all_gone_s"], found["removals"]) == (4, 0, 0)


def test_unique_sizes_are_those_of_a_run_and_of_all_together() -> None:
    runs = [
        run(sizes({1: (1, 1), 9: (1, 4)}, [[1, 2], [4, 4]], agreed_s=12.5)),
        run(sizes({1: (1, 1), 9: (1, 4)}, [[2, 3]], agreed_s=None)),
    ]
    found = bootstrap_of(runs)
    assert found["agreed_s"] == [12.5, None]
    assert found["union"] == 4
    assert found["first_s"] == [9, 9]


def test_a_mean_of_what_never_came_is_none() -> None:
    assert mean([1.0, None]) is None
    assert mean([1.0, 2.0]) == 1.5
    assert spread([1.0, None]) == "1.0 (1.0 to 1.0), and never in 1 of 2"
    assert spread([None]) == "never"
    assert spread([]) == "not measured"


@pytest.mark.parametrize(
    "agreed, holds",
    [([43.0, 48.0], True), ([30.0, 40.0], False), ([], None), ([45.0, None], False)],
)
def test_a_bar_holds_the_mean_of_all_runs_or_nothing(agreed: list[float], holds: bool) -> None:
    numbers = {
        "bootstrap": {"1000": {"agreed_s": agreed, "distinct": [], "union": 0}},
        "faults": {name: {"runs": []} for name in ("flip-flop", "loss-out", "loss-in")},
    }
    found = claims(numbers, Paper("rapid-2018").published)
    assert found[0].holds is holds
    assert [claim.holds for claim in found[1:]] == [None] * 4


def test_who_settles_refutes_the_claim_that_nobody_does() -> None:
    runs = [{"longest_all_gone_s": 400, "settling_least": 989, "settling_greatest": 997}]
    numbers = {
        "bootstrap": {},
        "faults": {name: {"runs": runs} for name in ("flip-flop", "loss-out", "loss-in")},
    }
    found = claims(numbers, Paper("rapid-2018").published)
    assert [claim.holds for claim in found] == [False, False, False]


SIMULATED = {
    "flip-flop-128": {
        "removals": [6, 8],
        "returns": [4, 6],
        "all_gone_s": [100, 90],
        "longest_all_gone_s": [60, 90],
    },
    "loss-out-128": {"removals": [2, 3], "returns": [0, 1]},
}


def section(judge: Any) -> str:
    page = Page("x", "X", [], [])
    judged.add_to(page, SIMULATED, judge)
    return page.markdown()


def test_a_judge_who_was_not_asked_says_nothing() -> None:
    assert judged.summary(SIMULATED, None) is None
    assert "has not been done yet" in section(None) and "chance" not in section(None)


def judge_of(removals: list[int], all_gone: list[int], out: list[int]) -> Any:
    return {
        "flip-flop-128": {
            "removals": removals,
            "returns": [9, 9],
            "all_gone_s": all_gone,
            "longest_all_gone_s": [50, 50],
            "late": 1,
        },
        "loss-out-128": {"removals": out, "returns": [0, 0], "late": 0},
        "a former scenario": {"removals": [1], "late": 7},
    }


def test_a_judge_is_told_beside_the_model() -> None:
    judge = judge_of([3, 5], [80, 50], [2, 4])
    rows = [
        row.strip("| ").split(" | ") for row in section(judge).splitlines() if row.startswith("| `")
    ]
    assert [row[-2] for row in rows] == ["2 and 2"] * 6
    # Two runs on either side fall into one of six orders: all above is one of them, and all below.
    assert [row[-1] for row in rows][0] == "0.333"
    words = " ".join(section(judge).split())
    assert "(5 runs, of which 1 came late and are left out)" in words
    assert "in 1 of 2 runs, the model in 1 of 2." in words
    assert "do not give what the paper shows" not in words
    assert "3 (2 to 4) removals and 0 (0 to 0) returns by real memberlist" in words
    assert "in 0 of 6 measures" in str(judged.summary(SIMULATED, judge))


def test_ranks_that_chance_would_not_part_so_far_are_named() -> None:
    ours = {"flip-flop-128": {"removals": [6, 7, 8, 6.5, 7.5], "returns": [1, 2, 3, 4, 5]}}
    theirs = {"flip-flop-128": {"removals": [1, 2, 3, 4, 5], "returns": [1.5, 2.5, 3.5], "late": 0}}
    said = judged.summary(ours, theirs)
    assert said is not None and "in 1 of 2 measures: removals, as the healthy see them" in said


def test_a_judge_decides_where_all_its_runs_agree() -> None:
    words = " ".join(section(judge_of([6, 6], [80, 90], [0, 0])).split())
    assert "in 2 of 2 runs, the model in 1 of 2. So its rules alone do not give what" in words
    assert "recovery" not in words


def test_a_judge_whose_runs_were_all_late_meets_nobody() -> None:
    judge: Any = {name: {key: [] for key in of} | {"late": 5} for name, of in SIMULATED.items()}
    said = judged.summary(SIMULATED, judge)
    assert said is not None and "in 0 of 0 measures" in said
    assert "Figure" not in section(judge)
