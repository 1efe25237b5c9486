# SPDX-License-Identifier: GPL-2.0-only
"""Builds by the names of CMakePresets.json."""

from campaign.build import ROOT
from campaign.presets import preset_build


def test_a_preset_has_its_own_folder_and_what_it_inherits() -> None:
    build = preset_build("asan-ubsan")
    assert build.folder == ROOT / "build-asan"
    assert build.options["SWIMLAB_SANITIZE"] == "address,undefined"
    assert build.options["CMAKE_CXX_COMPILER"] == "/usr/bin/clang++"


def test_what_inherits_can_differ() -> None:
    assert preset_build("fuzz").folder != preset_build("asan-ubsan").folder
    assert preset_build("fuzz").options == preset_build("asan-ubsan").options
