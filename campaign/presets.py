# SPDX-License-Identifier: GPL-2.0-only
"""Builds by the names of CMakePresets.json, so that what is tested here can be had by hand:
`cmake --preset asan-ubsan`."""

import json
from typing import Any

from campaign.build import ROOT, Build

_SOURCE = "${sourceDir}/"


def preset_build(name: str) -> Build:
    """The build of a configure preset, with the options that it inherits."""
    presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    by_name = {preset["name"]: preset for preset in presets}
    return Build(
        ROOT / by_name[name]["binaryDir"].removeprefix(_SOURCE), _options(by_name, by_name[name])
    )


def _options(by_name: dict[str, Any], preset: dict[str, Any]) -> dict[str, str]:
    inherited = _options(by_name, by_name[preset["inherits"]]) if "inherits" in preset else {}
    return inherited | preset.get("cacheVariables", {})
