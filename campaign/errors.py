# SPDX-License-Identifier: GPL-2.0-only
"""The ways in which a command ends early; each asks something else of the user."""


class UserError(Exception):
    """Something that the user can put right; the text says what and how. Exit code 2."""


class Refused(UserError):
    """A program cannot do what the scenario asks for; another one may."""


class Failure(Exception):
    """What should not have happened: a compiler error, a run that crashed. Exit code 1."""


class Interrupted(Exception):
    """The user stopped the command; the text says what was kept. Exit code 130."""
