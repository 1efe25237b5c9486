# SPDX-License-Identifier: GPL-2.0-only
"""The command line of `./swimlab tune`, and what it calls."""

import argparse
from collections.abc import Callable
from pathlib import Path

from campaign.backends import NS3
from campaign.build import Build, cores, default_build
from campaign.study.command import from_one
from campaign.tune.budget import EXAMPLES, Budget, budget_named

DEFAULT_PRODUCT = "memberlist"


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    tune = add("tune")
    tune.add_argument("file", type=Path, nargs="?")
    tune.add_argument("--for", dest="product", default=DEFAULT_PRODUCT)
    tune.add_argument("--products", action="store_true")
    tune.add_argument("--out", type=Path)
    tune.add_argument("--budget", type=_budget)
    tune.add_argument("--rare", action="store_true")
    tune.add_argument("--jobs", type=from_one, default=cores())


def perform(
    options: argparse.Namespace, build: Build | None, read: Callable[[Path], bytes]
) -> None:
    """`read` gives a file's text. Raises UserError, Failure, Interrupted."""
    from campaign.errors import UserError
    from campaign.tune.products import product_named
    from campaign.tune.listing import overview

    if options.products:
        print(overview())
        return
    if options.file is None:
        raise UserError("tune takes a tune file, such as tunes/lan.toml; see ./swimlab help tune")
    from campaign.tune.run import Wanted, run_tune

    product = product_named(options.product)
    text = read(options.file)
    if build is None:
        build = default_build()
        build.make(cores(), list(NS3.targets))
    out = options.out or Path("out") / f"{options.file.stem}-{product.name}"
    wanted = Wanted(options.file, text, product, out, options.jobs, options.budget, options.rare)
    run_tune(wanted, build, build.program(NS3.program))


def _budget(text: str) -> Budget:
    found = budget_named(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no budget, such as {EXAMPLES}")
    return found
