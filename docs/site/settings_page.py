"""The page *Settings*, made from the models: every key with its type, default and reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.settings.models import Settings
from strategies.registry import REGISTRY

_HEAD = """# Settings

Settings come from `settings.toml`, or the file that `SEGUE_SETTINGS` names. The environment goes before the file:
`SEGUE_<SECTION>__<KEY>`, e.g. `SEGUE_SERVER__PORT=8080`. An unknown section, key or name stops the start with a
sentence that names the nearest valid one.
"""
_STRATEGIES = """## Strategies

A chain is a list of strategies; `use` names one, and every other key is one of its parameters:

```toml
[[chains.mine]]
use = "sticky_artist"
anchor = "first"
```
"""


def page() -> str:
    """Return the page as Markdown."""
    sections = [_section(f"[{name}]", model, f"SEGUE_{name.upper()}__") for name, model in _models(Settings)]
    strategies = [_section(f"{name} ({kind.role})", kind.Config, "") for name, kind in sorted(REGISTRY.items())]
    return "\n".join([_HEAD, *sections, _STRATEGIES, *strategies])


def _models(settings: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the sections of the settings; of a list of tables, what one table holds."""
    for name, field in settings.model_fields.items():
        for annotation in (field.annotation, *get_args(field.annotation)):
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                yield name, annotation


def _section(title: str, model: type[BaseModel], variable: str) -> str:
    level = "##" if variable else "###"
    lines = [f"{level} {title}", "", (model.__doc__ or "").strip(), ""]
    schema = model.model_json_schema(mode="validation")
    if model.model_fields:
        lines += ["| key | type | default | what, in which unit, and why |", "| --- | --- | --- | --- |"]
    for key, field in model.model_fields.items():
        lines.append(f"| `{key}` | {_type(schema['properties'][key])} | {_default(field)} | {_cell(field)} |")
    return "\n".join([*lines, ""])


def _cell(field: FieldInfo) -> str:
    return (field.description or "").replace("|", "\\|").replace("\n", " ")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: it must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    return f"`{json.dumps(value, default=str, ensure_ascii=False)}`"


def _type(schema: dict[str, Any]) -> str:
    """Return what may stand there, in words."""
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    name = names.get(schema.get("type", ""), "table" if schema.get("type") != "array" else "list")
    bounds = [
        f"{sign} {schema[key]}"
        for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if key in schema
    ]
    return ", ".join([name, *bounds])
