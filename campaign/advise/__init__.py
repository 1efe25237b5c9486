# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab advise`: goals in, a setting out, within a second, from a table computed beforehand."""
