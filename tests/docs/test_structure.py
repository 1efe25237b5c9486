# SPDX-License-Identifier: GPL-2.0-only
"""The structure of the code: no room leans on one that leans on it."""

import pytest

from campaign.build import ROOT
from campaign.docs.structure import Structure, read_structure


def test_no_arrow_points_back_up() -> None:
    floors = read_structure().floors()
    assert floors["protocol"] == floors["analysis/run"] == 0
    assert floors["lab/scenario"] < floors["lab/plan"] < floors["lab/record"] < floors["lab/live"]


def test_circle_is_told_by_the_files_that_make_it() -> None:
    structure = Structure()
    for room, below in (("a", "b"), ("b", "a")):
        structure.files[room] = [ROOT / f"{room}/x.h"]
        structure.arrows[room][below] = (ROOT / f"{room}/x.h", ROOT / f"{below}/x.h")
    with pytest.raises(ValueError) as error:
        structure.floors()
    assert str(error.value) == "a/x.h includes b/x.h; b/x.h includes a/x.h"


def test_drawing_leaves_out_what_others_imply() -> None:
    structure = Structure()
    for room, below in (("a", "b"), ("a", "c"), ("b", "c")):
        structure.files[room] = [ROOT / f"{room}/x.h"]
        structure.arrows[room][below] = (ROOT / f"{room}/x.h", ROOT / f"{below}/x.h")
    structure.files["c"] = [ROOT / "c/x.h"]
    assert structure.direct("a") == ["b"]
    assert structure.floors() == {"a": 2, "b": 1, "c": 0}
