# SPDX-License-Identifier: GPL-2.0-only
"""What the page of rivals compares, and what it holds Rapid to."""

from __future__ import annotations

from typing import Any

from analysis.papers.paper import Paper
from analysis.papers.rivals.claimed import claims, known_s, processes

PUBLISHED = Paper("rivals").published


def fault(**changes: Any) -> dict[str, Any]:
    run = {"bystanders_removed": 0, "all_gone_s": 200, "least": 990, "healthy": 990, "returns": 0}
    return {"runs": [run | changes]}


def rapid(**changes: Any) -> dict[str, Any]:
    loads = {key: {"mean": [700.0], "max": [9000.0]} for key in ("received", "sent")}
    return {
        "bootstrap": {"1000": {"agreed_s": [20.0, 22.0], "distinct": [3, 4]}},
        "crash": {
            "members": 1000,
            "crashed": 10,
            "agreed_s": [12.0],
            "sizes": [990, 1000],
            "loads": loads,
        },
        "faults": {"flip-flop": fault(), "loss-out": fault(), "loss-in": fault()},
    } | changes


def verdicts(numbers: dict[str, Any]) -> dict[str, bool | None]:
    return {claim.text: claim.holds for claim in claims(numbers, PUBLISHED)}


def test_rapid_is_held_to_what_its_paper_says() -> None:
    assert set(verdicts(rapid()).values()) == {True}


def test_one_bystander_or_one_size_between_refutes_it() -> None:
    faults = {
        "flip-flop": fault(bystanders_removed=1),
        "loss-out": fault(least=989),
        "loss-in": fault(),
    }
    found = verdicts(rapid(faults=faults))
    assert [found[text] for text in found if "nobody else ever" in text] == [False, False, True]
    faults["loss-in"] = fault(returns=3)
    found = verdicts(rapid(faults=faults))
    assert [found[text] for text in found if "stay removed" in text] == [True, True, False]
    crash = rapid()["crash"] | {"sizes": [990, 995, 1000]}
    (step,) = [holds for text, holds in verdicts(rapid(crash=crash)).items() if "one step" in text]
    assert step is False


def test_a_cluster_that_never_forms_is_not_in_time() -> None:
    never = {"2000": {"agreed_s": [None, 20.0], "distinct": [1, 3]}}
    (late,) = [v for text, v in verdicts(rapid(bootstrap=never)).items() if "bootstrap" in text]
    assert late is False
    nothing = {"2000-in-4500ms": {"agreed_s": [], "distinct": []}}
    (none,) = [v for text, v in verdicts(rapid(bootstrap=nothing)).items() if "bootstrap" in text]
    assert none is None
    assert processes("2000-in-4500ms") == "2000"


def test_a_time_that_there_is_no_word_for_is_not_observable() -> None:
    assert known_s({"known_s": None, "first_s": {"value": 4.0}}).startswith("not observable")
    never = {"value": None, "low": None, "high": None, "n": 3, "never": 2}
    assert known_s({"known_s": never}) == "never in 2 of 3"
