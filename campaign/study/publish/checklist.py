# SPDX-License-Identifier: GPL-2.0-only
"""CHECKLIST.md: what a reviewer of artifacts can check, in the words of ACM's badges (version 1.1).

Each step is one command that ends with 0 if, and only if, what the step says is so.
"""

from __future__ import annotations

from campaign.folder import INPUTS, SCENARIO_COPY
from campaign.memory import memory_text
from campaign.progress import duration_text
from campaign.study.publish.contents import (
    CITATION_NAME,
    CRATE_NAME,
    MANIFEST_NAME,
    Contents,
)
from campaign.words import one_line

_SAMPLE = 3

_TEXT = """\
# Checklist for reviewers: {title}

> {question}

The headings are the badges of ACM's *Artifact Review and Badging*, version 1.1. Every step is a command, to be given in the
unpacked folder of this study; it holds if the command ends without an error. You need a machine with Debian 12, and Swimlab
{version}, commit `{commit}`, in a folder that `SWIMLAB` names:

```
export SWIMLAB=$HOME/swimlab
```

Its first command installs the Debian packages that are missing and builds; that takes minutes, once.

## Artifacts Available

That it lies in a public archive under a lasting identifier is for the archive to show. What can be checked here:

1. Every file is the one that was put in.

   ```sh
   sha256sum --check --quiet {manifest}
   ```

2. It says how it is to be cited, and describes itself to machines.

   ```sh
   test -s {citation} && python3 -m json.tool {crate} >/dev/null
   ```

## Artifacts Evaluated: Functional

3. *Documented*: each column of the table is described, and the tables are those that the description was made for.

   ```sh
   python3 -c '
   import csv, hashlib, json
   package = json.load(open("datapackage.json"))
   for r in package["resources"]:
       found = hashlib.sha256(open(r["path"], "rb").read()).hexdigest()
       assert r["hash"] == "sha256:" + found, r["path"] + " was changed"
   table = next(r for r in package["resources"] if r["path"] == "results.csv")
   told = [f["name"] for f in table["schema"]["fields"] if f.get("description")]
   assert next(csv.reader(open("results.csv"))) == told, "columns without a description"'
   ```

4. *Complete*: the scenarios with all that they read are here, and each cell has the runs that the study asks for at least.

   ```sh
   python3 -c '
   import hashlib, json
   study = json.load(open("study.json"))
   for name, told in study["inputs"].items():
       assert hashlib.sha256(open("inputs/" + name, "rb").read()).hexdigest() == told, name
   runs = {{(r["cell"], r["seed"]) for r in map(json.loads, open("runs.jsonl")) if "kept" in r}}
   for cell in study["cells"]:
       there = sum(key == cell["key"] for key, _ in runs)
       assert there >= study["replicate"]["at_least"], cell'
   ```

5. *Exercisable* and *consistent*: {sample} of the {runs} runs, done again, are what the folder says ({sample_time} of
   processor time), and `results.csv` and `values.csv` are, byte for byte, what the journal of all runs gives.

   ```sh
   "$SWIMLAB"/swimlab reproduce . --runs {sample}
   ```

## Artifacts Evaluated: Reusable

6. The parts answer other questions too: the scenario *{scenario}* with a seed that the study has not used.

   ```sh
   reused=$(mktemp -d) && "$SWIMLAB"/build/swimlab-ns3 run {inputs}/{scenario_copy} --inputs {inputs} \\
       --seed {other_seed} --out "$reused" && test -s "$reused"/metrics.json && rm -r "$reused"
   ```

7. The settings of every cell are written down, with those that nobody changed.

   ```sh
   python3 -c '
   import json
   study = json.load(open("study.json"))
   assert all({{**study["resolved"], **cell["resolved"]}} for cell in study["cells"])'
   ```

## Results Reproduced

8. All {runs} runs, done again, give the same records byte for byte ({time} of processor time, at most {memory} of memory a
   run), and the tables are what the journal gives.

   ```sh
   "$SWIMLAB"/swimlab reproduce .
   ```

Whether the results can be *replicated*, by other people with means of their own, no command of ours can show.
"""


def checklist_text(contents: Contents) -> str:
    """What CHECKLIST.md says."""
    asked, study = contents.asked, contents.study
    entries = [entry for seeds in study.entries.values() for entry in seeds.values()]
    first = asked["scenarios"][0]["name"]
    sample = min(_SAMPLE, len(entries))
    seconds = contents.processor_seconds
    return _TEXT.format(
        title=one_line(asked["title"]),
        question=one_line(" ".join(asked["question"].split())),
        version=asked["build"]["version"],
        commit=asked["build"]["commit"],
        manifest=MANIFEST_NAME,
        citation=CITATION_NAME,
        crate=CRATE_NAME,
        runs=f"{len(entries):,}",
        sample=sample,
        sample_time=duration_text(seconds * sample / max(1, len(entries))),
        time=duration_text(seconds),
        memory=memory_text(max((entry.peak_memory_bytes for entry in entries), default=0)),
        scenario=first,
        inputs=f"{INPUTS}/{first}",
        scenario_copy=SCENARIO_COPY,
        other_seed=1 + max((entry.seed for entry in entries), default=0),
    )


def steps_of(checklist: str) -> list[str]:
    """The commands of its steps, as a shell takes them."""
    blocks = checklist.split("   ```sh\n")[1:]
    return [
        "".join(line.removeprefix("   ") for line in block.split("   ```\n")[0].splitlines(True))
        for block in blocks
    ]
