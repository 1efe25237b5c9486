# SPDX-License-Identifier: GPL-2.0-only
"""The tune file that asks the same by simulation, of the recommended setting and its neighbours."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from analysis.advice.lookup import Setting
from analysis.run.metrics import write_atomically
from campaign.advise.choose import NEAT_MS, time_text
from campaign.advise.goals import Question
from campaign.errors import UserError
from campaign.tune.table_product import INTERVAL, MULT, TIMEOUT
from campaign.words import command_text, path_text

PRODUCT = "memberlist"
"""Where the question names none."""


def tune_file(
    question: Question, setting: Setting | None = None, settable: Collection[str] = ()
) -> str:
    """As ./swimlab tune reads it.

    @param setting what was recommended; None: all that the product can set is searched
    @param settable the keys of a scenario that the product can set
    """
    goals = [f'"{goal.measure}" = "<= {goal.limit_text}"' for goal in question.goals]
    least = "bytes_per_member_second" if question.least == "bytes" else "known_to_all_s.p99"
    lines = [
        f'title = "{question.members} members, {100 * question.loss:g} % of loss"',
        'question = "Which setting keeps these goals?"',
        "",
        "[goal]",
        f'minimise = "{least}"',
        *goals,
        "",
        "[cluster]",
        f"members = {question.members}",
        "",
        "[network]",
        f'loss = "{100 * question.loss:g}%"',
    ]
    near = {} if setting is None else _neighbours(setting)
    varied = [f'"{key}" = {values}' for key, values in near.items() if key in settable]
    if varied:
        lines += ["", "[vary]", *varied]
    return "\n".join([*lines, ""])


def _neighbours(setting: Setting) -> dict[str, str]:
    """The setting itself, and what stands next to it, as lists of TOML."""
    here = round(1000 * setting.interval_s)
    below = max((each for each in NEAT_MS if each < here), default=here)
    above = min((each for each in NEAT_MS if each > here), default=here)
    intervals = sorted({below, here, above})
    # A time-out must stay below every one of the intervals.
    timeouts = sorted({below / 2, here / 2})
    mults = [each for each in (setting.mult - 1, setting.mult, setting.mult + 1) if each >= 2]

    def texts(numbers: Collection[float]) -> str:
        return "[" + ", ".join(f'"{time_text(number / 1000)}"' for number in numbers) + "]"

    return {INTERVAL: texts(intervals), TIMEOUT: texts(timeouts), MULT: str(mults)}


def write_tune_file(path: Path, text: str) -> None:
    """Raises UserError."""
    if path.exists():
        raise UserError(f"{path_text(path)}: is there already; name another file with --tune")
    try:
        write_atomically(path, text)
    except OSError as error:
        raise UserError(f"{path_text(path)}: cannot be written: {error.strerror}") from None


def verify_command(path: Path, product: str | None) -> str:
    """What simulates it."""
    return command_text(["./swimlab", "tune", str(path), "--for", product or PRODUCT])
