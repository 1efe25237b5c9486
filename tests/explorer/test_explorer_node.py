# SPDX-License-Identifier: GPL-2.0-only
"""The browser's code without a browser: types, style, and its parts under node.

What Python packs is unpacked by JavaScript here, and held against what the rows say, worked out in a way
that knows nothing of the packing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.explore import packing
from analysis.explore.bundle import BundleError, bundle
from analysis.explore.material import Material, read_material
from analysis.explore.views import code_of, pack_views
from made_up_explorations import random_run, with_metrics

ROOT = Path(__file__).resolve().parents[2]
SURROUNDINGS = os.environ | {"NODE_PATH": "/usr/share/nodejs"}
FOLDERS = sorted(
    path.parent for depth in ("*", "*/*") for path in ROOT.glob(f"{depth}/tsconfig.json")
)
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="there is no node; ./swimlab test --all installs it"
)


def ran(*command: str | Path) -> None:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"there is no {command[0]}; ./swimlab test --all installs it")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_its_types_hold(folder: Path) -> None:
    ran("tsc", "-p", folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_its_style_holds(folder: Path) -> None:
    # The plain format: the usual one wants a package for colours.
    ran("eslint", "--format", "unix", *sorted(folder.glob("*.js")))


@needs_node
def test_its_parts_do_what_they_say(tmp_path: Path) -> None:
    file = tmp_path / "packed.json"
    file.write_text(json.dumps(given(tmp_path)))
    # So many files as there are, and no folder: node 18 would take every file below it.
    tests = sorted((ROOT / "tests" / "explorer").glob("*.test.mjs"))
    assert len(tests) >= 2
    done = subprocess.run(
        ["node", "--test", *tests],
        env=SURROUNDINGS | {"SWIMLAB_PACKED": str(file)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "# skipped 0" in done.stdout


def given(tmp_path: Path) -> dict[str, Any]:
    """What is packed, and what must come of it."""
    material = read_material(with_metrics(random_run(7), tmp_path / "seed-7"))
    views = pack_views(material.rows, len(material.names), [], 10_000_000)
    value = {"text": 'ü "quoted" <b> \\ & \u2028', "list": [1.5, None, True], "deep": [[{}]] * 40}
    columns = [[], [0], [255, 256], [70_000, 1, 16_777_216], list(range(1000))]
    steps = sorted({0, 1, 5_000, 17_321, 30_000, 59_999, views.packed["step_ms"]})
    return {
        "columns": [{"packed": packing.pack(np.array(c, dtype=int)), "values": c} for c in columns],
        "json": {"packed": packing.pack_json(value), "value": value},
        "views": views.packed,
        "about": {
            "simulated_s": material.info.simulated_s,
            "names": list(material.names),
            "converged": True,
            "groups": [],
            "initial": material.health.initial,
            "restarts": [list(each) for each in material.health.restarts],
        },
        "moments": [
            {"step": step, "codes": codes_at(material, step * views.step_ms * 1_000_000)}
            for step in steps
        ],
        "changes": list(changes(material, steps, views.step_ms)),
    }


def codes_at(material: Material, from_ns: int) -> list[int]:
    """The code of each pair just before the step after the one that begins then: row by row."""
    rows, members = material.rows, len(material.names)
    until_ns = from_ns + 1_000_000
    state = np.full((members, members), 1)
    codes = code_of(rows.kind, rows.verdict)
    happened = [(int(time_ns), 1, place) for place, time_ns in enumerate(rows.time_ns)]
    happened += [(round(at_s * 1e9), 0, who) for at_s, who in material.health.restarts]
    for time_ns, is_row, what in sorted(happened):
        if time_ns >= until_ns:
            break
        if not is_row:
            state[:, what] = 0
            state[what, what] = 1
        elif codes[what] & 7 and rows.subject[what] != rows.observer[what]:
            state[rows.subject[what], rows.observer[what]] = codes[what]
    return [int(code) for code in state.ravel()]


def changes(material: Material, steps: list[int], step_ms: int) -> Any:
    rows = material.rows
    for step in steps[1:]:
        for observer, subject in ((0, 1), (3, 2), (11, 5)):
            until_ns = (step + 1) * step_ms * 1_000_000
            seen = np.flatnonzero(
                (rows.observer == observer)
                & (rows.subject == subject)
                & (rows.time_ns < until_ns)
                & (rows.kind < 5)
            )
            change = None
            if len(seen):
                last = seen[-1]
                time_step = int(rows.time_ns[last] // (step_ms * 1_000_000))
                change = [time_step, int(rows.source[last]), int(rows.incarnation[last])]
            yield {"observer": observer, "subject": subject, "step": step, "change": change}


def test_modules_go_into_one_script_behind_what_they_import() -> None:
    script = bundle(ROOT / "explorer" / "main.js")
    assert "import " not in script.replace("import(", "") and "\nexport " not in script
    assert script.index("function unpackJson") < script.index("async function start")


@pytest.mark.parametrize(
    "modules, message",
    [
        (
            {"main.js": 'import { a } from "./a.js";\nconst b = a;\n', "a.js": "const b = 1;\n"},
            "b is",
        ),
        ({"main.js": 'import * as a from "./a.js";\n'}, "not known here"),
        (
            {
                "main.js": 'import { a } from "./a.js";\n',
                "a.js": 'import { b } from "./main.js";\n',
            },
            "imports itself",
        ),
    ],
    ids=["one name twice", "a form that is not known", "a ring"],
)
def test_modules_that_do_not_go_together_are_refused(
    modules: dict[str, str], message: str, tmp_path: Path
) -> None:
    for name, text in modules.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(BundleError, match=message):
        bundle(tmp_path / "main.js")
