# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab status DIR`: how far a study is, told from its folder alone; somebody may be at work in it."""


from pathlib import Path


from analysis.run.records import RecordError
from analysis.study.model import Study, read_study
from analysis.study.replication import rule_of
from campaign.errors import UserError
from campaign.lock import is_locked

from campaign.study.rounds import Rounds
from campaign.words import command_text, one_line, path_text

MOST_LISTED = 10
REPORT = "report.html"


def status(folder: Path) -> str:
    """In lines. Raises UserError where this is no study's folder."""
    try:
        study = read_study(folder, whole_journal=True)
    except RecordError as error:
        raise UserError(str(error)) from None
    replicate = study.asked["replicate"]
    rounds = Rounds(study.cells, rule_of(replicate), replicate["seed"])
    waiting = rounds.next_jobs(study)
    failures = study.failures()
    done = sum(len(seeds) for seeds in study.entries.values()) - len(failures)
    lines = [
        one_line(study.asked["title"]),
        f"{done:,} runs done, {len(failures):,} failed, {len(waiting):,} to do before the next look",
        f"{rounds.open_cells():,} of {len(study.cells):,} cells are open",
    ]
    if widest := rounds.widest():
        lines.append(f"widest: {widest}")
    again = command_text(["./swimlab", "study", study.asked["study_file"], "--out", str(folder)])
    if is_locked(folder):
        lines.append("a ./swimlab is at work in this folder")
    elif waiting:
        lines.append(f"nobody is at work; to go on:\n    {again}")
    elif failures or not (folder / REPORT).exists():
        what = "failed runs are tried again" if failures else f"{REPORT} is missing"
        lines.append(f"{what}; to go on:\n    {again}")
    else:
        lines.append(f"finished: {path_text(folder / REPORT)}")
    lines += [
        f"failed: {failure.cell}, seed {failure.seed}: {failure.text}"
        for failure in failures[:MOST_LISTED]
    ]
    return "\n".join(lines)
