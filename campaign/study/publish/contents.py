# SPDX-License-Identifier: GPL-2.0-only
"""What a study's folder holds, as those see it who get it: which files, and what each is."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.study.model import JOURNAL_NAME, STUDY_NAME, Study, read_study
from campaign.folder import INPUTS, SCENARIO_COPY
from campaign.study.engines import WORKFLOW_FOLDER
from campaign.study.folder import NETWORKS, STUDY_COPY
from campaign.study.runs_folder import RECORDS
from campaign.study.publish.credits import Credits, read_credits

CRATE_NAME = "ro-crate-metadata.json"
CITATION_NAME = "CITATION.cff"
CHECKLIST_NAME = "CHECKLIST.md"
MANIFEST_NAME = "manifest-sha256.txt"
"""In archives alone, and in what is unpacked from them: the sums of all other files."""
_DESCRIPTIONS = {
    STUDY_NAME: "What was asked: scenarios, variants, axes, cells, and the build that answered; sealed",
    JOURNAL_NAME: "The journal: a line a run with its metrics and the sha256 of its records",
    "results.csv": "A row a run: cell, seed and measures; datapackage.json describes its columns",
    "values.csv": "A row for each value of which a run has many",
    "datapackage.json": "The tables as a Frictionless data package, with a description of each column",
    "summary.json": "How many runs each cell has, and which rule ended it",
    "report.html": "The report, to be read in a browser",
    "report.pdf": "The report, to be printed",
    CITATION_NAME: "How to cite this study",
    CHECKLIST_NAME: "What a reviewer can check, each step a command",
}
_FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".toml": "application/toml",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    ".graphml": "application/graphml+xml",
}
_OTHER_FORMAT = "application/octet-stream"


@dataclass(frozen=True)
class FileEntry:
    """A file, by its path in the folder."""

    path: str
    size: int
    sha256: str

    @property
    def encoding(self) -> str:
        """Its media type."""
        return _FORMATS.get(Path(self.path).suffix, _OTHER_FORMAT)

    @property
    def description(self) -> str:
        """What it is."""
        parent = self.path.split("/")[0]
        if self.path in _DESCRIPTIONS:
            return _DESCRIPTIONS[self.path]
        if self.path == f"{INPUTS}/{STUDY_COPY}":
            return "The study file"
        if parent == INPUTS:
            kind = "The scenario" if self.path.endswith(f"/{SCENARIO_COPY}") else "What is read by"
            return f"{kind} {self.path.split('/')[1]}, as every run read it"
        if parent == NETWORKS:
            return f"Network and timeline of one run of the scenario {Path(self.path).stem}"
        return f"A figure of the report: {Path(self.path).stem}" if parent == "figures" else ""


class Contents:
    """The folder of a study whose runs are done."""

    def __init__(self, folder: Path) -> None:
        """Raises RecordError where it holds no study."""
        self.folder = folder
        self.study: Study = read_study(folder)

    @property
    def asked(self) -> dict[str, Any]:
        """study.json."""
        return self.study.asked

    @cached_property
    def credits(self) -> Credits:
        """Whose it is."""
        return read_credits(tomllib.loads(self.asked["study_text"]))

    def paths(self) -> Iterator[Path]:
        """All files that are handed on, in the order of their paths within the folder."""
        found = [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and self._is_handed_on(path.relative_to(self.folder).parts)
        ]
        return iter(sorted(found, key=lambda path: path.relative_to(self.folder).as_posix()))

    def _is_handed_on(self, parts: tuple[str, ...]) -> bool:
        """The manifest of the archive from which the folder came is not: a new one is made."""
        ours = parts[0] == WORKFLOW_FOLDER or parts == (MANIFEST_NAME,)
        return not ours and not any(part.startswith(".") for part in parts)

    def files(self) -> list[FileEntry]:
        """All but the records of single runs, whose sums are in the journal, and the crate itself."""
        return [
            FileEntry(name, path.stat().st_size, sum_of(path))
            for path in self.paths()
            for name in [path.relative_to(self.folder).as_posix()]
            if name != CRATE_NAME and not name.startswith(f"{RECORDS}/")
        ]

    @property
    def has_records(self) -> bool:
        """Whether records of single runs were kept."""
        return (self.folder / RECORDS).is_dir()

    @cached_property
    def ended(self) -> str:
        """When the last run ended: "2026-11-28T22:19:00+00:00". A copy of the folder may have other
        times, so that what an older crate says of the same journal holds."""
        journal = self.folder / JOURNAL_NAME
        try:
            graph = json.loads((self.folder / CRATE_NAME).read_bytes())["@graph"]
            known = {entity["@id"]: entity for entity in graph}
            if known[JOURNAL_NAME]["sha256"] == sum_of(journal):
                return str(known["#run"]["endTime"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            pass
        when = datetime.fromtimestamp(int(journal.stat().st_mtime), UTC)
        return when.isoformat()

    @property
    def processor_seconds(self) -> float:
        """What all runs took together."""
        return sum(
            entry.wall_s for seeds in self.study.entries.values() for entry in seeds.values()
        )


def sum_of(path: Path) -> str:
    """The sha256 of a file of any size."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
