# SPDX-License-Identifier: GPL-2.0-only
"""Command line: `python3 -m analysis summarize OUT_DIR`, `python3 -m analysis report OUT_DIR`,
`python3 -m analysis study DIR`, `python3 -m analysis tune DIR`, `python3 -m analysis paper NAME OUT_DIR`,
`python3 -m analysis page NAME OUT_DIR`, `python3 -m analysis compare DIR [DIR] --out OUT`,
`python3 -m analysis explore DIR` and `python3 -m analysis calibrate OUT_DIR SYSTEM SYSTEM...`.

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
    tune = commands.add_parser("tune", help="write the report of a tune, and its block to paste")
    tune.add_argument("out_dir", type=Path, metavar="DIR", help="folder of the tune")
    tune.add_argument("--page", type=Path, metavar="FILE.md", help="and a page of documentation")
    tune.set_defaults(command=_tune)
    compare = commands.add_parser("compare", help="hold two studies, or two variants, side by side")
    compare.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folders of studies")
    compare.add_argument("--variants", nargs=2, metavar="NAME", help="of one folder")
    compare.add_argument("--out", dest="out_dir", type=Path, required=True, help="where to write")
    compare.set_defaults(command=_compare)
    paper = commands.add_parser(
        "paper", help="measure the finished studies of a paper, and write its page"
    )
    paper.add_argument("name", metavar="NAME", help="of its folder in studies/papers/")
    paper.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="has a folder a study")
    paper.add_argument("--keep", action="store_true", help="as the page of the documentation")
    paper.set_defaults(command=_paper)
    judge = commands.add_parser("judge", help="measure what real memberlist did in a paper's cells")
    judge.add_argument("name", metavar="NAME", help="of its folder in studies/papers/")
    judge.add_argument("out_dir", type=Path, metavar="DIR", help="has a campaign's folder a cell")
    judge.add_argument("--keep", action="store_true", help="for the page of the documentation")
    judge.set_defaults(command=_judge)
    page = commands.add_parser("page", help="write a paper's page again, of its stored numbers")
    page.add_argument("name", metavar="NAME", help="of its folder in studies/papers/")
    page.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="where to write")
    page.set_defaults(command=_page)
    explore = commands.add_parser("explore", help="write the page to look into a run")
    explore.add_argument("out_dir", type=Path, metavar="DIR", help="folder of the campaign, or run")
    explore.add_argument("--run", metavar="NAME", help="default: the first")
    explore.add_argument("--with", dest="other", type=Path, metavar="DIR", help="a second run's")
    explore.add_argument("--with-run", metavar="NAME", help="default: its first")
    explore.add_argument("--out", type=Path, metavar="FILE.html", help="where to write")
    explore.set_defaults(command=_explore)
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


def _tune(options: argparse.Namespace) -> int:
    from analysis.tune.answer import in_words
    from analysis.tune.asked import read_asked
    from analysis.tune.page import write_page
    from analysis.tune.report import write_report
    from analysis.tune.result import read_result

    file = options.page
    if file is not None and file.suffix != ".md":
        raise RecordError(f"{file}: a page is Markdown; name it {file.with_suffix('.md')}")
    report = write_report(options.out_dir)
    result = read_result(options.out_dir)
    if file is not None:
        write_page(result, read_asked(options.out_dir), file.parent, file.stem)
    print(in_words(result))
    print(f"\nReport: {report}")
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


def _paper(options: argparse.Namespace) -> int:
    from analysis.papers import paper
    from analysis.papers.sample import write_sample

    found = paper.Paper(options.name)
    numbers = found.measure(options.out_dir)
    place = found.folder if options.keep else options.out_dir
    if options.keep:
        for name in found.studies:
            write_sample(options.out_dir / name, found.folder / paper.SAMPLE_NAME / name)
    paper.write_numbers(place / paper.NUMBERS_NAME, numbers)
    pages = paper.PAGES if options.keep else options.out_dir / "page"
    print(f"Page: {paper.write_page(found, numbers, pages)[0]}")
    return 0


def _judge(options: argparse.Namespace) -> int:
    from analysis.papers import paper

    found = paper.Paper(options.name)
    file = (found.folder if options.keep else options.out_dir) / paper.JUDGE_NAME
    paper.write_numbers(file, found.measure_judge(options.out_dir))
    print(f"What the judge said: {file}")
    return 0


def _page(options: argparse.Namespace) -> int:
    from analysis.papers import paper

    found = paper.Paper(options.name)
    numbers = paper.read_numbers(found.folder / paper.NUMBERS_NAME)
    print(f"Page: {paper.write_page(found, numbers, options.out_dir)[0]}")
    return 0


def _explore(options: argparse.Namespace) -> int:
    from analysis.explore.material import folder_of_run, read_material
    from analysis.explore.page import write_page

    folder = folder_of_run(options.out_dir, options.run)
    folders = [folder]
    if options.other is not None:
        folders.append(folder_of_run(options.other, options.with_run))
    name = "-with-".join(each.resolve().name for each in folders)
    out = options.out or options.out_dir / f"explore-{name}.html"
    # Before the work: a run of millions of events takes a while.
    if out.is_dir():
        raise RecordError(f"{out}: is a folder; --out takes the name of the page's file")
    out.parent.mkdir(parents=True, exist_ok=True)
    print(f"Page: {write_page([read_material(each) for each in folders], out)}")
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
