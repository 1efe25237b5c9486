# SPDX-License-Identifier: GPL-2.0-only
"""Commands without the rest of the command line, whose imports take longer than they do, and take
packages that they do without.
"""

import sys
from collections.abc import Sequence
from types import ModuleType

from campaign.errors import Failure, UserError
from campaign.parser import EXIT_USER_ERROR, Parser, plain

EXIT_FAILURE = 1

ALONE = ("advise", "wireshark")


def main(arguments: Sequence[str]) -> int:
    """The exit code. `arguments` are the words after ./swimlab, of which the first is one of ALONE."""
    name = arguments[0]
    command = _command(name)
    parser = Parser(**plain(f"./swimlab {name}"))
    command.add_arguments(parser)
    options, unknown = parser.parse_known_args(arguments[1:])
    if unknown:
        parser.error(f"there is no {' '.join(unknown)}")
    try:
        return command.perform(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return EXIT_USER_ERROR
    except Failure as error:
        print(error, file=sys.stderr)
        return EXIT_FAILURE


def _command(name: str) -> ModuleType:
    if name == "advise":
        from campaign.advise import command

        return command
    from campaign import wireshark

    return wireshark
