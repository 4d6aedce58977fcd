"""How the documentation becomes a site: ``make docs``."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[2]))  # the pages that are generated read the code
sys.path.insert(0, str(Path(__file__).parent))

import cards
import http_page
import settings_page

project = "Segue"
author = "Segue's makers"
extensions = ["myst_parser"]
exclude_patterns = ["site"]
html_theme = "furo"
html_title = "Segue"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
templates_path: list[str] = []
myst_heading_anchors = 3  # links to a heading of another page are checked
myst_enable_extensions = ["colon_fence"]


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the code before the sources are read, and list every decision record."""
    generated = Path(app.srcdir) / "generated"
    generated.mkdir(exist_ok=True)
    for name, page in (("settings", settings_page.page()), ("http-api", http_page.page())):
        (generated / f"{name}.md").write_text(page, encoding="utf-8")
    app.connect("source-read", _with_records)
    app.connect("doctree-resolved", cards.label_cells)


def _with_records(_: Sphinx, page: str, source: list[str]) -> None:
    """Put every record below the page that lists them, so that the page itself stays plain Markdown."""
    if page == "decisions/README":
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"
