# SPDX-License-Identifier: GPL-2.0-only
"""How the sources look, and what linters say about them."""

import shutil
import subprocess

from campaign.build import ROOT
from campaign.checks.tally import Tally

COLUMNS = 100


def check_style(with_types: bool) -> Tally:
    """Formatters and linters over the files that git knows or would add; each tool is one check.

    with_types: by mypy too, what pyproject.toml names
    """
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        encoding="utf-8",
    )
    if listed.returncode != 0:
        print("Style: skipped, this is no git work tree")
        return Tally(skipped=1)
    files = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    checks: list[tuple[list[str], tuple[str, ...]]] = [
        (["clang-format-14", "--dry-run", "-Werror"], (".cc", ".h")),
        (["black", "--quiet", "--check", "--diff", f"--line-length={COLUMNS}"], (".py",)),
        (["shellcheck"], ("swimlab", ".ci/run", ".sh")),
    ]
    if with_types:
        checks.append((["mypy"], ()))
    tally = Tally()
    for command, endings in checks:
        if shutil.which(command[0]) is None:
            print(f"Style: skipped {command[0]}, which ./swimlab test --all installs")
            tally.skipped += 1
            continue
        chosen = [name for name in files if endings and name.endswith(endings)]
        done = subprocess.run([*command, *chosen], cwd=ROOT)
        if done.returncode == 0:
            tally.passed += 1
        else:
            tally += Tally.failure(f"style, {command[0]}", "see what it printed")
    return tally
