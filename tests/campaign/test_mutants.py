# SPDX-License-Identifier: GPL-2.0-only
"""The list of planted bugs fits the code that it is about; `./swimlab test --all` plants them."""

import dataclasses
from pathlib import Path

import pytest

from campaign.build import ROOT
from campaign.errors import Failure
from campaign.checks.mutants import Mutant, mutants


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_each_bug_changes_the_code(mutant: Mutant) -> None:
    assert mutant.apply(ROOT) != (ROOT / mutant.file).read_text()


def test_a_stale_bug_is_refused_by_name(tmp_path: Path) -> None:
    mutant = dataclasses.replace(mutants()[0], file="core.cc", original="once")
    (tmp_path / "core.cc").write_text("once once")
    with pytest.raises(Failure, match=f"{mutant.name}: 'original' stands in core.cc 2 times"):
        mutant.apply(tmp_path)
