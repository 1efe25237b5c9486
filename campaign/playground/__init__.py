# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab playground`: the core as WebAssembly, and a page around it, in one file."""
