# SPDX-License-Identifier: GPL-2.0-only
"""How Sphinx makes the site; run by ./swimlab docs, which copies docs/ and adds generated pages."""

import os
import re
from pathlib import Path

ROOT = Path(os.environ["SWIMLAB_ROOT"])

project = "Swimlab"
author = "the authors of Swimlab"
copyright = "the authors of Swimlab; GPL-2.0-only and MIT"  # noqa: A001, Sphinx's name for it
# The version stands in one place.
release = re.search(r"project\(swimlab VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
version = release

extensions = ["myst_parser", "breathe", "sphinx.ext.graphviz"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["fragments"]
nitpicky = False

myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3

breathe_projects = {"swim": os.environ["SWIMLAB_DOXYGEN_OUT"] + "/xml"}
breathe_default_project = "swim"
breathe_show_include = False
primary_domain = "cpp"
highlight_language = "none"

graphviz_output_format = "svg"
graphviz_dot_args = ["-Nfontname=sans-serif", "-Efontname=sans-serif", "-Gfontname=sans-serif"]

html_theme = "furo"
html_title = f"Swimlab {release}"
html_static_path = ["_static"]
html_css_files = ["swimlab.css"]
html_copy_source = False
html_show_sphinx = False
# Summaries of hits are fetched, which a browser forbids to pages that were opened from files.
html_show_search_summary = False
