# SPDX-License-Identifier: GPL-2.0-only
"""How arguments are read: a mistake is one line that names the help page, and no option is guessed.

By itself, as a command that answers at once must not wait until all others have loaded.
"""

import argparse
from typing import Any, NoReturn

from campaign.words import one_line

EXIT_USER_ERROR = 2


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        command = self.prog.split()[1:]
        page = " ".join(["./swimlab help", *command])
        self.exit(EXIT_USER_ERROR, f"{self.prog}: {one_line(message)}; see {page}\n")


def plain(prog: str) -> dict[str, Any]:
    """The arguments of a parser whose help is a page of help/."""
    return {"prog": prog, "add_help": False, "allow_abbrev": False}
