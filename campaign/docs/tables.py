# SPDX-License-Identifier: GPL-2.0-only
"""The tables of keys, verbs, parameters and kinds, as the programs that obey them print them.

Everything that can be asked about a key (its type, range, default, meaning) stands in one table of
the code. `swimlab-reference` prints all of them as JSON; here they become what pages and checks ask.
"""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

from campaign.build import Build
from campaign.errors import Failure

PROGRAM = "swimlab-reference"
FORMAT = 1

Tables = dict[str, Any]


def read(build: Build) -> Tables:
    """What the program says; it takes no arguments and no time."""
    program = build.program(PROGRAM)
    done = subprocess.run([program], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{program} ended with {done.returncode}: {done.stderr.strip()}")
    tables = json.loads(done.stdout)
    if tables["format"] != FORMAT:
        raise Failure(
            f"{program} writes format {tables['format']}; this build of the site reads {FORMAT}"
        )
    return tables


def scenario_keys(tables: Tables) -> set[str]:
    """Every key of a scenario in full, as --set and [sweep] take it; of events the bare key."""
    keys = {key["name"] for table in tables["scenario"] for key in table["keys"]}
    keys |= {f"protocol.{parameter['name']}" for parameter in tables["parameters"]}
    keys |= {f"detector.{name}" for name in detector_keys(tables)}
    keys |= {verb["name"] for verb in tables["verbs"]}
    return keys


def detector_keys(tables: Tables) -> set[str]:
    """The parameters of all detectors beside SWIM, bare."""
    return {row["name"] for kind in tables["detectors"] for row in kind["parameters"]}


def described(tables: Tables) -> Iterator[tuple[str, str]]:
    """Everything that a page describes: what it is, and what is said of it."""
    for part in ("scenario", "agent", "impairment"):
        for table in tables[part]:
            yield f"{part} table '{table['name']}'", table["meaning"]
            for key in table["keys"]:
                yield f"{part} key {key['name']}", key["meaning"]
    for part in ("types", "verbs", "parameters", "event_kinds", "traffic_kinds"):
        for entry in tables[part]:
            yield f"{part}: {entry['name']}", entry["meaning"]
    for kind in tables["detectors"]:
        yield f"detector {kind['name']}", kind["meaning"]
        for row in kind["parameters"]:
            yield f"detector {kind['name']}: {row['name']}", row["meaning"]
