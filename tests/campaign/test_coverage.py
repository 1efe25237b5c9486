# SPDX-License-Identifier: GPL-2.0-only
"""What `./swimlab test --coverage` makes of gcovr's counts."""

from typing import Any

from campaign.checks.coverage import table_of


def counts(filename: str, lines: tuple[int, int], branches: tuple[int, int]) -> dict[str, Any]:
    return {
        "filename": filename,
        "line_covered": lines[0],
        "line_total": lines[1],
        "branch_covered": branches[0],
        "branch_total": branches[1],
    }


FILES = [
    counts("protocol/swim/node.cc", (90, 100), (10, 40)),
    counts("protocol/swim/probe.cc", (10, 100), (10, 10)),
    counts("agent/agent.cc", (5, 5), (0, 0)),
]


def test_sums_up_each_folder_and_all() -> None:
    rows = {line.split()[0]: line.split()[1:] for line in table_of(FILES).splitlines()[1:4]}
    assert rows == {
        "agent": ["5", "of", "5", "100%", "none"],
        "protocol/swim": ["100", "of", "200", "50%", "20", "of", "50", "40%"],
        "all": ["105", "of", "205", "51%", "20", "of", "50", "40%"],
    }


def test_names_the_least_tested_files_first_and_no_file_that_lacks_nothing() -> None:
    worst = table_of(FILES).partition("Most lines that no test takes:\n")[2].splitlines()
    assert [line.split() for line in worst] == [
        ["90", "protocol/swim/probe.cc"],
        ["10", "protocol/swim/node.cc"],
    ]
