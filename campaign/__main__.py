# SPDX-License-Identifier: GPL-2.0-only
"""`python3 -m campaign`, as ./swimlab calls it."""

import signal
import sys

from analysis import streams
from campaign import surroundings
from campaign.alone import ALONE

if sys.argv[1:] and sys.argv[1] in ALONE:
    from campaign.alone import main
else:
    from campaign.cli import main

streams.make_forgiving()
surroundings.leave()
# What is half done is put away, as by Ctrl-C; nohup's wish to outlive the terminal stands.
signal.signal(signal.SIGTERM, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.default_int_handler)
code = main(sys.argv[1:])
sys.stdout.flush()
if lost := streams.lost_output():
    print(f"swimlab: {lost}", file=sys.stderr)
    code = code or 1
sys.exit(code)
