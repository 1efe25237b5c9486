# SPDX-License-Identifier: GPL-2.0-only
"""The command line of `./swimlab advise`, and what it calls."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.advice.lookup import Expected, NotCovered, Table, TableError, read_table
from analysis.campaign.values import loss_of
from campaign.advise import goals
from campaign.advise.answer import answer
from campaign.advise.choose import choose
from campaign.advise.product import Settable, settable
from campaign.advise.tune_file import tune_file, verify_command, write_tune_file
from campaign.errors import Failure, UserError

NOT_KEPT = 1
"""The exit code where nothing keeps all goals, or what does is no advice."""
TUNE_FILE = Path("advised.toml")
"""As which the question would be saved."""


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    add_arguments(add("advise"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    def read_by(read: Callable[[str], Any]) -> Callable[[str], Any]:
        def checked(text: str) -> Any:
            try:
                return read(text)
            except ValueError as error:
                raise argparse.ArgumentTypeError(str(error)) from None

        return checked

    parser.add_argument("--members", type=read_by(goals.members_of), required=True)
    parser.add_argument("--loss", type=read_by(loss_of))
    parser.add_argument("--known-to-all", type=read_by(goals.time_of))
    parser.add_argument(
        "--false-burials-per-year",
        type=read_by(goals.rate_of),
        default=goals.FALSE_BURIALS_A_YEAR,
    )
    parser.add_argument("--bytes", type=read_by(goals.bytes_of))
    parser.add_argument("--for", dest="product")
    parser.add_argument("--tune", type=Path)


def perform(options: argparse.Namespace, table: Table | None = None) -> int:
    """The exit code. Raises UserError and Failure.

    @param table instead of the shipped one, for tests
    """
    try:
        table = table or read_table()
    except TableError as error:
        raise Failure(str(error)) from None
    question = goals.question_of(
        options.members,
        options.loss,
        options.known_to_all,
        options.false_burials_per_year,
        options.bytes,
    )
    try:
        table.check(question.members, question.loss)
        where = settable(table, question.members, options.product)
        found = [table.expected(question.members, question.loss, each) for each in where.settings]
    except NotCovered as error:
        asked = f"{question.members:,} members, {100 * question.loss:g} % of loss"
        raise UserError(
            f"{asked}: {error}. For what lies outside, ./swimlab tune simulates"
        ) from None
    default = _default(question, table, where)
    choice = choose(question, found, default)
    print(answer(question, table, where, choice, default))
    told = choice.left or choice.best
    setting = None if told is None else told.setting
    print(f"\n{_verify(options, tune_file(question, setting, where.keys))}")
    return NOT_KEPT if choice.best is None or choice.left is not None else 0


def _default(question: goals.Question, table: Table, where: Settable) -> Expected | None:
    """None where the table does not cover it."""
    try:
        return table.expected(question.members, question.loss, where.default)
    except NotCovered:
        return None


def _verify(options: argparse.Namespace, text: str) -> str:
    """How to have it simulated; writes the file where it is asked for."""
    if options.tune is not None:
        write_tune_file(options.tune, text)
        return f"To verify it by simulation:\n    {verify_command(options.tune, options.product)}"
    indented = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
    return (
        f"To verify it by simulation: {verify_command(TUNE_FILE, options.product)}\n"
        f"where {TUNE_FILE} (--tune {TUNE_FILE} writes it) says:\n\n{indented}"
    )
