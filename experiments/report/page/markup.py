"""Markup as nested function calls; every text and attribute is escaped by the standard library."""

from typing import TypeAlias
from xml.etree.ElementTree import Element

Child: TypeAlias = "Element | str | None"
Attribute: TypeAlias = "str | float | None"


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Element:
    """Return an element; `class_` stands for class, `stroke_width` for stroke-width, None for nothing."""
    named = {key.rstrip("_").replace("_", "-"): _text(v) for key, v in attributes.items() if v is not None}
    element = Element(name, named)
    for child in children:
        if isinstance(child, Element):
            element.append(child)
        elif child and len(element):
            element[-1].tail = (element[-1].tail or "") + child
        elif child:
            element.text = (element.text or "") + child
    return element


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"
