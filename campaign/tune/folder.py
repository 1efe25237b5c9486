# SPDX-License-Identifier: GPL-2.0-only
"""A tune's folder (docs/tune.md): the runs, what was asked, and what came of it.

    DIR/tune.json      what was asked, of which build; sealed
    DIR/inputs/        the copies that runs read: of each scenario its text and maps
    DIR/runs.jsonl     the journal, as of a study: a line a run
    DIR/result.json    the answer; DIR/report.html and the block to paste are made of it

Which settings are tried follows from the runs alone, so the same command goes on where one ended: it
makes the same choices again, and finds their runs in the journal.
"""

import json
from pathlib import Path
from typing import Any

from analysis.run import seal
from campaign.errors import UserError
from campaign.folder import cannot_write
from campaign.study.runs_folder import RunsFolder, other_build
from campaign.words import path_text

TUNE_NAME = "tune.json"
RESULT_NAME = "result.json"
TUNE_FORMAT = 1


class TuneFolder(RunsFolder):
    """A tune's, with tune.json."""

    def admit(self, asked: dict[str, Any], copies: Path) -> None:
        """Write tune.json and take the copies; a UserError and no change where the folder's runs must
        not be mixed with those of this tune."""
        asked = {"format": TUNE_FORMAT} | asked
        if not self._is_new(TUNE_NAME, "tune"):
            self._refuse(_differences(self._asked(), asked))
        try:
            partial = self.path / f".{TUNE_NAME}.partial"
            partial.write_text(
                seal.sealed(json.dumps(asked, indent=1, ensure_ascii=False)), "utf-8"
            )
            self._begin(copies)
            partial.replace(self.path / TUNE_NAME)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def write_result(self, result: dict[str, Any]) -> None:
        """Raises UserError for a full disk."""
        try:
            partial = self.path / f".{RESULT_NAME}.partial"
            text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False)
            partial.write_text(seal.sealed(text), "utf-8")
            partial.replace(self.path / RESULT_NAME)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _asked(self) -> dict[str, Any]:
        path = self.path / TUNE_NAME
        remove = f"choose another folder with --out, or remove {path_text(self.path)}"
        try:
            content = path.read_bytes()
            asked = json.loads(content)
            if seal.is_broken(content) or asked["format"] != TUNE_FORMAT:
                raise ValueError("it was changed after it was written, or is of another version")
            return dict(asked)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path_text(path)}: cannot be read ({error}); {remove}") from error


def _differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Runs are known by their settings, so that another file or product may use them too; but not those
    of other scenarios or another build."""
    found = other_build(old["build"], new["build"])
    if old["inputs"] != new["inputs"]:
        found.append("they are of other scenarios, or another text of them")
    return found
