# SPDX-License-Identifier: GPL-2.0-only
"""Command line: `python3 -m analysis summarize OUT_DIR`, `python3 -m analysis report OUT_DIR`,
`python3 -m analysis study DIR`, `python3 -m analysis compare DIR [DIR] --out OUT` and `python3 -m analysis calibrate OUT_DIR SYSTEM SYSTEM...`.

Exit code 0, or 2 with a message where the records or the arguments are wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from analysis import streams
from analysis.processors import cores
from analysis.run.records import RecordError
from analysis.campaign.summary import SUMMARY_NAME, write_summary
from analysis.campaign.terminal import headline_table
from analysis.campaign.verdict import VerdictError


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (RecordError, VerdictError) as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        # A full disk names no file.
        print(f"error: {error.filename or options.out_dir}: {error.strerror}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="analysis", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    summarize = commands.add_parser(
        "summarize", help=f"compute all metrics of a campaign and write its {SUMMARY_NAME}"
    )
    summarize.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="folder of the campaign")
    summarize.set_defaults(command=_summarize)
    report = commands.add_parser("report", help="write report.html and its figures")
    report.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="folder of the campaign")
    report.set_defaults(command=_report)
    study = commands.add_parser("study", help="write the tables of a study, and its report")
    study.add_argument("out_dir", type=Path, metavar="DIR", help="folder of the study")
    study.set_defaults(command=_study)
    compare = commands.add_parser("compare", help="hold two studies, or two variants, side by side")
    compare.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folders of studies")
    compare.add_argument("--variants", nargs=2, metavar="NAME", help="of one folder")
    compare.add_argument("--out", dest="out_dir", type=Path, required=True, help="where to write")
    compare.set_defaults(command=_compare)
    calibrate = commands.add_parser(
        "calibrate", help="compare campaigns of one scenario, write calibration.json and .html"
    )
    calibrate.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="folder of the campaigns")
    calibrate.add_argument(
        "systems", nargs="+", metavar="SYSTEM", help="a campaign's folder; the reference first"
    )
    calibrate.add_argument(
        "--left-out",
        type=_reason,
        action="append",
        default=[],
        metavar="SYSTEM=REASON",
        help="a system that could not be run, for the report to say so",
    )
    calibrate.set_defaults(command=_calibrate)
    for command in (summarize, calibrate):
        command.add_argument(
            "--jobs",
            type=_positive,
            default=cores(),
            metavar="N",
            help="runs to read at a time (default: the processors that it may use, %(default)s)",
        )
    return parser


def _reason(text: str) -> tuple[str, str]:
    system, _, reason = text.partition("=")
    return system, reason


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return value


def _summarize(options: argparse.Namespace) -> int:
    summary = write_summary(options.out_dir, options.jobs)
    print(headline_table(summary))
    if "verdict" in summary:
        print(f"\n{summary['verdict']['text']}")
    return 0


def _report(options: argparse.Namespace) -> int:
    # Imported here: drawing takes matplotlib, and a summary must not wait for it.
    from analysis.report.report import write_report

    write_report(options.out_dir)
    return 0


def _study(options: argparse.Namespace) -> int:
    from analysis.study.model import read_study
    from analysis.study.page import PageError
    from analysis.study.report import write_report
    from analysis.study.tables import write_tables

    write_tables(read_study(options.out_dir))
    try:
        write_report(options.out_dir)
    except PageError as error:
        print(f"error: {error}; the rest of the report is written", file=sys.stderr)
        return 2
    return 0


def _compare(options: argparse.Namespace) -> int:
    from analysis.study.sides import compare_folders, compare_variants

    folders, variants, out = options.folders, options.variants, options.out_dir
    if len(folders) != (1 if variants else 2):
        raise RecordError("compare takes two folders, or one with two of its variants")
    if variants:
        lines = compare_variants(folders[0], variants[0], variants[1], out)
    else:
        lines = compare_folders(folders[0], folders[1], out)
    print("\n".join(lines))
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from analysis.calibration.page import write_calibration

    left_out = dict(options.left_out)
    print(write_calibration(options.out_dir, options.systems, left_out, options.jobs))
    return 0


if __name__ == "__main__":
    streams.make_forgiving()
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)
