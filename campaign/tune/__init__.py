# SPDX-License-Identifier: GPL-2.0-only
"""Goals in, settings out: `./swimlab tune` (docs/tune/)."""
