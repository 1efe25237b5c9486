# SPDX-License-Identifier: GPL-2.0-only
"""`python3 -m campaign`, as ./swimlab calls it."""

import sys

from campaign.cli import main

sys.exit(main(sys.argv[1:]))
