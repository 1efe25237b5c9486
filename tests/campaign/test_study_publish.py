# SPDX-License-Identifier: GPL-2.0-only
"""A study's folder is described truly, cited rightly and packed the same whenever it is packed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from analysis.run import seal
from campaign.errors import UserError
from campaign.lock import locked
from campaign.study.publish.archive import archive, describe_folder
from campaign.study.publish.checklist import steps_of
from campaign.study.publish.credits import Author, CreditError, Credits, read_credits
from crate_rules import check_crate, refs

AUTHORS = """
authors = [{name = "Ada Lovelace", orcid = "0000-0002-1825-0097", affiliation = "Engines"}, {name = "B \\"C\\" D"}]
license = "CC-BY-4.0"
"""


def study_folder(folder: Path, text: str = "", failed: bool = False, **asked: Any) -> Path:
    """With what a study of two cells leaves, as far as packing looks at it."""
    cells = [
        {"key": f"{place:012x}", "scenario": "crash", "variant": "", "point": {"a.b": value},
         "settings": [f"a.b={value}"], "resolved": {"a.b": value}, "members": 5, "simulated_s": 9.0}
        for place, value in enumerate(("1s", "2s"))
    ]  # fmt: skip
    study = {
        "format": 1,
        "title": "Crash: the „first“ one",
        "question": "How soon?\nHow often?",
        "abstract": "",
        "command": "./swimlab study crash.toml",
        "study_file": "crash.toml",
        "study_text": text,
        "inputs": {},
        "keep": "summary",
        "scenarios": [{"name": "crash", "members": 5, "duration_s": 9.0}],
        "variants": [{"name": "", "set": {}}],
        "axes": [{"key": "a.b", "values": ["1s", "2s"], "scale": "list"}],
        "design": {"kind": "factorial", "points": None, "seed": 1},
        "replicate": {"at_least": 1, "at_most": 1, "until": {}, "budget_s": None, "seed": 1},
        "measure": {"measures": ["x.median"]},
        "resolved": {"c.d": "3"},
        "cells": cells,
        "build": {
            "version": "0.2.0",
            "commit": "a" * 40,
            "program_sha256": "b" * 64,
            "made_with": {"versions": {"ns3": "3.37"}, "libraries": {"libm.so.6": "c" * 64}},
        },
    } | asked
    lines = [
        {"cell": cell["key"], "seed": 1, "kept": {"network": None},
         "process": {"wall_s": 0.5, "peak_memory_bytes": 10**8}}
        for cell in cells
    ]  # fmt: skip
    if failed:
        del lines[1]["kept"]
        lines[1] |= {"failed": "no luck", "command": "again"}
    files = {
        "study.json": seal.sealed(json.dumps(study, indent=1)),
        "runs.jsonl": "".join(json.dumps(line) + "\n" for line in lines),
        "inputs/study.toml": text,
        "inputs/crash/scenario.toml": "title = 'crash'\n",
        "inputs/crash/a map.csv": "from,to\n",
        "results.csv": results_of(lines),
        "values.csv": "run,measure,value\n",
        "summary.json": summary_of({cell["key"]: 1 for cell in cells}),
        "figures/one.svg": "<svg/>",
        "report.html": "<html/>",
        ".hidden": "not ours",
        "workflow/batches/s0.jsonl": "under way",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    describe_tables(folder)
    return folder


def summary_of(wanted: dict[str, int]) -> str:
    """Of each cell how many runs count."""
    return json.dumps({"cells": [{"key": key, "wanted": runs} for key, runs in wanted.items()]})


def results_of(journal: list[dict[str, Any]]) -> str:
    """As far as packing looks at it."""
    rows = [
        f"{line['cell']}-{line['seed']},{'ended' if 'kept' in line else 'failed'}\n"
        for line in journal
    ]
    return "".join(["run,outcome\n", *rows])


def describe_tables(folder: Path) -> None:
    """With the sums of the tables as they are."""
    resources = [
        {
            "path": name,
            "hash": f"sha256:{hashlib.sha256((folder / name).read_bytes()).hexdigest()}",
            "schema": {"fields": [{"name": column, "description": "What it is."} for column in
                       (folder / name).read_text().splitlines()[0].split(",")]},
        }
        for name in ("results.csv", "values.csv")
    ]  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))


@pytest.mark.parametrize("text", ["", AUTHORS])
@pytest.mark.parametrize("failed", [False, True])
def test_the_crate_keeps_the_rules_of_its_profiles(tmp_path: Path, text: str, failed: bool) -> None:
    folder = study_folder(tmp_path / "study", text, failed)
    describe_folder(folder)
    entities = check_crate(folder)
    parts = refs(entities["./"], "hasPart")
    assert {"results.csv", "CHECKLIST.md", "inputs/crash/a%20map.csv"} < set(parts)
    assert not [part for part in parts if "hidden" in part or "workflow" in part]
    assert entities["#value-a.b"]["value"] == ["1s", "2s"]
    assert entities["#simulator"]["sha256"] == "b" * 64
    assert ("error" in entities["#run"]) == failed
    if text:
        assert refs(entities["./"], "author")[0] == "https://orcid.org/0000-0002-1825-0097"
        assert refs(entities["./"], "license") == ["https://spdx.org/licenses/CC-BY-4.0"]


def test_the_rules_notice_a_file_that_was_changed(tmp_path: Path) -> None:
    folder = study_folder(tmp_path / "study")
    describe_folder(folder)
    (folder / "results.csv").write_text("cell,seed,more\n")
    with pytest.raises(AssertionError, match="results.csv"):
        check_crate(folder)


def test_records_of_runs_are_one_part(tmp_path: Path) -> None:
    folder = study_folder(tmp_path / "study")
    (folder / "runs" / "x-1").mkdir(parents=True)
    (folder / "runs" / "x-1" / "events.csv").write_text("1\n")
    describe_folder(folder)
    entities = check_crate(folder)
    assert "runs/" in refs(entities["#run"], "result")
    assert not [name for name in entities if name.startswith("runs/x")]


def test_a_description_again_is_the_same(tmp_path: Path) -> None:
    folder = study_folder(tmp_path / "study")
    describe_folder(folder)
    first = (folder / "ro-crate-metadata.json").read_bytes()
    os.utime(folder / "runs.jsonl", (1, 1))  # as in a copy
    describe_folder(folder)
    assert (folder / "ro-crate-metadata.json").read_bytes() == first


def test_citations_are_what_their_format_asks_for(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="there is no python3-yaml to read it")
    for number, text in enumerate(("", AUTHORS)):
        folder = study_folder(tmp_path / str(number), text)
        describe_folder(folder)
        cff = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
        assert (cff["cff-version"], cff["type"]) == ("1.2.0", "dataset")
        assert cff["title"] == "Crash: the „first“ one"
        assert cff["abstract"] == "How soon? How often?"
        assert {"message", "authors", "date-released"} < set(cff)
        assert cff["references"][0]["commit"] == "a" * 40
        if text:
            assert [author["name"] for author in cff["authors"]] == ["Ada Lovelace", 'B "C" D']
            assert cff["authors"][0]["orcid"] == "https://orcid.org/0000-0002-1825-0097"
            assert cff["license"] == "CC-BY-4.0"
        else:
            assert cff["authors"] and "license" not in cff


def test_an_affiliation_is_in_the_citation_of_whose_family_name_is_told(tmp_path: Path) -> None:
    text = (
        'authors = [{name = "Kim Min-jun", family = "Kim", affiliation = "Engines"},'
        ' {name = "Ludwig van Beethoven", affiliation = "Vienna"}]'
    )
    folder = study_folder(tmp_path / "study", text)
    describe_folder(folder)
    lines = (folder / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    start = lines.index("authors:") + 1
    assert lines[start : start + 4] == [
        '  - family-names: "Kim"',
        '    given-names: "Min-jun"',
        '    affiliation: "Engines"',
        '  - name: "Ludwig van Beethoven"',
    ]
    entities = check_crate(folder)
    assert entities["#affiliation-2"]["name"] == "Vienna"


def test_archives_of_one_content_are_the_same_bytes(tmp_path: Path) -> None:
    packed = []
    for place in ("here", "there"):
        folder = study_folder(tmp_path / place / "study")
        os.utime(folder / "runs.jsonl", (1.7e9, 1.7e9))
        packed.append(archive(folder))
        assert packed[-1] == tmp_path / place / "study.tar.gz"
        for path in folder.rglob("*"):
            os.utime(path, (1000, 1000))
            if path.is_file() and place == "there":
                path.chmod(0o600)
    again = archive(tmp_path / "there" / "study", tmp_path / "again.tgz")
    sums = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (*packed, again)}
    assert len(sums) == 1
    assert members(packed[0]) == members(packed[1])


def members(path: Path) -> dict[str, str]:
    """Names and sums."""
    with tarfile.open(path) as tar:
        return {
            each.name: hashlib.sha256(content.read()).hexdigest()
            for each in tar
            if (content := tar.extractfile(each)) is not None
        }


def test_an_archive_holds_what_its_manifest_says(tmp_path: Path) -> None:
    folder = study_folder(tmp_path / "study")
    with tarfile.open(archive(folder)) as tar:
        tar.extractall(tmp_path / "unpacked")
    unpacked = tmp_path / "unpacked" / "study"
    check_crate(unpacked)
    listed = {
        line.split("  ", 1)[1]
        for line in (unpacked / "manifest-sha256.txt").read_text().splitlines()
    }
    there = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert there - listed == {"manifest-sha256.txt"} and listed < there
    steps = steps_of((unpacked / "CHECKLIST.md").read_text(encoding="utf-8"))
    assert len(steps) == 8
    for step in (*steps[:4], steps[6]):
        subprocess.run(["bash", "-ec", step], cwd=unpacked, check=True)
    (unpacked / "results.csv").write_text("changed\n")
    for step in (steps[0], steps[2]):
        assert subprocess.run(["bash", "-ec", step], cwd=unpacked, capture_output=True).returncode


def unpack(packed: Path, to: Path) -> Path:
    with tarfile.open(packed) as tar:
        tar.extractall(to)
    return to / "study"


def test_an_archive_of_an_unpacked_archive_is_the_same_bytes(tmp_path: Path) -> None:
    first = archive(study_folder(tmp_path / "study"))
    unpacked = unpack(first, tmp_path / "elsewhere")
    assert (unpacked / "manifest-sha256.txt").is_file()
    again = archive(unpacked)
    assert again.read_bytes() == first.read_bytes()
    names = tarfile.open(again).getnames()
    assert len(names) == len(set(names))


def test_an_archive_of_an_unpacked_study_that_went_on_passes_its_own_first_step(
    tmp_path: Path,
) -> None:
    unpacked = unpack(archive(study_folder(tmp_path / "study")), tmp_path / "elsewhere")
    more = {"cell": f"{0:012x}", "seed": 2, "kept": {"network": None},
            "process": {"wall_s": 0.5, "peak_memory_bytes": 1}}  # fmt: skip
    with open(unpacked / "runs.jsonl", "a", encoding="utf-8") as journal:
        journal.write(json.dumps(more) + "\n")
    summary = unpacked / "summary.json"
    summary.write_text(summary_of({f"{0:012x}": 2, f"{1:012x}": 1}), encoding="utf-8")
    with pytest.raises(UserError, match="it has 2 runs, the study has 3, and 2 are in both"):
        archive(unpacked)
    lines = [json.loads(line) for line in (unpacked / "runs.jsonl").read_text().splitlines()]
    (unpacked / "results.csv").write_text(results_of(lines))
    describe_tables(unpacked)
    final = unpack(archive(unpacked), tmp_path / "final")
    step = steps_of((final / "CHECKLIST.md").read_text(encoding="utf-8"))[0]
    subprocess.run(["bash", "-ec", step], cwd=final, check=True)
    listed = [line.split("  ", 1)[1] for line in (final / "manifest-sha256.txt").open()]
    assert len(listed) == len(set(listed)) and "manifest-sha256.txt\n" not in listed


@pytest.mark.parametrize("name", ["results.csv", "values.csv"])
def test_a_table_that_was_edited_is_not_packed(tmp_path: Path, name: str) -> None:
    folder = study_folder(tmp_path / "study")
    with open(folder / name, "a", encoding="utf-8") as table:
        table.write("forged,1,2\n")
    with pytest.raises(UserError, match=f"{name} was changed after it was written") as refused:
        archive(folder)
    assert str(refused.value).endswith("to finish it:\n    ./swimlab study crash.toml")
    assert not list(tmp_path.glob("*.tar.gz"))


@pytest.mark.parametrize(
    ("absent", "told"),
    [
        (["report.html"], "not there: report.html"),
        (["results.csv", "datapackage.json"], "not there: results.csv, datapackage.json"),
    ],
)
def test_an_unfinished_study_is_refused_with_what_finishes_it(
    tmp_path: Path, absent: list[str], told: str
) -> None:
    folder = study_folder(tmp_path / "study")
    for name in absent:
        (folder / name).unlink()
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(UserError, match=told) as refused:
        archive(folder)
    assert "./swimlab study crash.toml" in str(refused.value)
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not list(tmp_path.glob("*.tar.gz"))


def test_cells_without_their_runs_are_told(tmp_path: Path) -> None:
    asked = {"replicate": {"at_least": 2, "at_most": 2, "until": {}, "budget_s": None, "seed": 1}}
    folder = study_folder(tmp_path / "study", **asked)
    with pytest.raises(UserError) as refused:
        archive(folder)
    assert (
        "2 of 2 cells have fewer than 2 runs, such as crash, a.b=1s with 1; 2 runs in all"
        in str(refused.value)
    )


def test_runs_that_only_another_version_of_the_study_asked_for_are_no_obstacle(
    tmp_path: Path,
) -> None:
    folder = study_folder(tmp_path / "study")
    line = json.loads((folder / "runs.jsonl").read_text().splitlines()[0]) | {"seed": 2}
    with open(folder / "runs.jsonl", "a", encoding="utf-8") as journal:
        journal.write(json.dumps(line) + "\n")
    assert "runs.jsonl" in str(members(archive(folder)))


def test_a_run_that_failed_is_a_run(tmp_path: Path) -> None:
    assert archive(study_folder(tmp_path / "study", failed=True)).is_file()


def test_no_step_leaves_anything_behind(tmp_path: Path) -> None:
    folder = study_folder(tmp_path / "study")
    describe_folder(folder)
    step = steps_of((folder / "CHECKLIST.md").read_text(encoding="utf-8"))[5]
    program = tmp_path / "swimlab" / "build" / "swimlab-ns3"
    program.parent.mkdir(parents=True)
    program.write_text(
        '#!/bin/sh\nwhile [ "$1" != --out ]; do shift; done\necho {} > "$2"/metrics.json\n'
    )
    program.chmod(0o755)
    there = tmp_path / "temporary"
    there.mkdir()
    before = sorted(tmp_path.rglob("*"))
    surroundings = os.environ | {"SWIMLAB": str(tmp_path / "swimlab"), "TMPDIR": str(there)}
    for _ in range(2):
        subprocess.run(["bash", "-ec", step], cwd=folder, env=surroundings, check=True)
        assert sorted(tmp_path.rglob("*")) == before
    program.write_text("#!/bin/sh\nexit 0\n")
    assert subprocess.run(["bash", "-ec", step], cwd=folder, env=surroundings).returncode


def test_only_studies_are_archived_and_none_that_is_at_work(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(UserError, match="only the folder of a study"):
        archive(tmp_path / "other")
    with pytest.raises(UserError, match="nowhere"):
        archive(tmp_path / "nowhere")
    folder = study_folder(tmp_path / "study")
    with locked(folder), pytest.raises(UserError, match="at work in this folder"):
        archive(folder)
    assert not list(tmp_path.glob("*.tar.gz"))


def test_credits_are_read_and_mistakes_told() -> None:
    good = {"authors": [{"name": " A ", "orcid": "https://orcid.org/0000-0002-1694-233X"}]}
    assert read_credits(good) == Credits((Author("A", "0000-0002-1694-233X"),), "")
    for raw, words in (
        ({"authors": "A"}, "is a list"),
        ({"authors": [{"orcid": "0000-0002-1825-0097"}]}, "has a name"),
        ({"authors": [{"name": "A", "orcid": "0000-0002-1825-0098"}]}, "check its digits"),
        ({"authors": [{"name": "A", "age": "9"}]}, "has no age"),
        ({"authors": [{"name": 5}]}, "text in quotes"),
        ({"authors": [{"name": "Ada L", "family": "Love"}]}, "is no part of name"),
        ({"license": "do what you like"}, "identifier of SPDX"),
    ):
        with pytest.raises(CreditError, match=words):
            read_credits(raw)
