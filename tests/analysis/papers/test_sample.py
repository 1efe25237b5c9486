# SPDX-License-Identifier: GPL-2.0-only
"""Which runs of a study become its sample: always the same, and no more than a test can do again."""

import json
from pathlib import Path

from analysis.papers import sample
from analysis.papers.sample import LONGEST_LINE, MEMBER_SECONDS, MOST_BYTES, RUNS


def line(cell: str, seed: int, sent: float = 0.0, padding: int = 0) -> bytes:
    traffic = {"bytes": {"ping": sent / 4, "ack": 3 * sent / 4}}
    run = {"cell": cell, "seed": seed, "kept": {"metrics": {"traffic": traffic}}}
    return (json.dumps(run | {"padding": "x" * padding}) + "\n").encode()


def chosen(folder: Path, lines: list[bytes], sizes: dict[str, float]) -> list[tuple[str, int]]:
    journal = folder / "runs.jsonl"
    journal.write_bytes(b"".join(lines))
    kept = map(json.loads, sample._lines(journal, sizes))
    return [(run["cell"], run["seed"]) for run in kept]


def test_is_the_same_in_whatever_order_the_runs_ended(tmp_path: Path) -> None:
    lines = [line(cell, seed) for cell in "abc" for seed in range(5)]
    found = chosen(tmp_path, lines, dict.fromkeys("abc", 1.0))
    assert len(found) == RUNS and found == sorted(found)
    assert chosen(tmp_path, lines[::-1], dict.fromkeys("abc", 1.0)) == found


def test_leaves_out_who_was_not_asked_for_and_who_has_too_much_to_say(tmp_path: Path) -> None:
    lines = [line("a", 1), line("b", 1), line("a", 2, padding=LONGEST_LINE)]
    failed = json.dumps({"cell": "a", "seed": 3, "failed": "no memory"}).encode() + b"\n"
    assert chosen(tmp_path, [*lines, failed], {"a": 1.0}) == [("a", 1)]


def test_of_runs_that_are_too_long_it_is_the_shortest(tmp_path: Path) -> None:
    lines = [line(cell, 1) for cell in "abcd"]
    sizes = {cell: MEMBER_SECONDS / (2 + i) for i, cell in enumerate("abcd")}
    assert chosen(tmp_path, lines, sizes) == [("d", 1)]


def test_leaves_out_the_runs_that_send_most(tmp_path: Path) -> None:
    lines = [line("a", seed, sent) for seed, sent in enumerate((0.6, 0.3, 0.5, 0.1))]
    assert len(chosen(tmp_path, lines, {"a": 1.0})) == RUNS
    lines = [line("a", seed, share * MOST_BYTES) for seed, share in enumerate((0.6, 0.3, 0.5, 0.1))]
    assert chosen(tmp_path, lines, {"a": 1.0}) == [("a", 1), ("a", 2), ("a", 3)]
    lines = [line("a", seed, 2 * MOST_BYTES) for seed in range(3)]
    assert len(chosen(tmp_path, lines, {"a": 1.0})) == 1
