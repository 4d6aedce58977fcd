"""Tables for narrow windows: there the style sheet makes a card of each row, whose cells say their columns."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

CROWDED = 8  # columns that need smaller letters on a desk


def label_cells(_: Sphinx, document: nodes.document, __: str) -> None:
    """Put its column's name before what stands in a cell, where the row's heading alone does not tell it.

    The style sheet shows the names where rows are cards.
    """
    for table in document.findall(nodes.table):
        head, *rows = table.findall(nodes.row)
        names = [cell.astext() for cell in head.children]
        if len(names) >= CROWDED:
            table["classes"].append("crowded")
        if len(names) < 3:
            continue
        for row in rows:
            for name, cell in zip(names[1:], row.children[1:], strict=True):
                for paragraph in cell.children:
                    paragraph.insert(0, nodes.inline("", name, classes=["column"]))
