"""The page *HTTP API*, made from the OpenAPI document: every call with its parameters, answer and errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.main import create_app
from app.settings import Settings

_HEAD = """# HTTP API

A running Segue serves this as a page on which every call can be tried: `/docs`. Every error is an
`application/problem+json` document whose `detail` says what to do.
"""


def page() -> str:
    """Return the page as Markdown."""
    document = create_app(Settings()).openapi()
    calls = [
        _call(method, path, call) for path, methods in document["paths"].items() for method, call in methods.items()
    ]
    return "\n".join([_HEAD, *calls])


def _call(method: str, path: str, call: dict[str, Any]) -> str:
    lines = [f"## {method.upper()} {path}", "", call.get("description") or call.get("summary", ""), ""]
    lines += _parameters(call.get("parameters", []))
    lines += _example("Body", call.get("requestBody", {}).get("content", {}))
    for status, answer in call.get("responses", {}).items():
        lines += [f"**{status}**: {answer.get('description', '')}", ""]
        if status.startswith("2"):
            lines += _example("For example", answer.get("content", {}))
    return "\n".join(lines)


def _parameters(parameters: list[dict[str, Any]]) -> list[str]:
    if not parameters:
        return []
    rows = [
        f"| `{one['name']}` | {one['in']}{', required' if one.get('required') else ''} "
        f"| {_cell(one.get('description', ''))} |"
        for one in parameters
    ]
    return ["| parameter | where | what |", "| --- | --- | --- |", *rows, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _example(title: str, content: dict[str, Any]) -> list[str]:
    for example in _examples(content.get("application/json", {})):
        text = json.dumps(example, indent=2, ensure_ascii=False)
        return [f"{title}:", "", "```json", text, "```", ""]
    return []


def _examples(content: dict[str, Any]) -> Iterator[Any]:
    if "example" in content:
        yield content["example"]
    for example in content.get("examples", {}).values():
        yield example["value"]
    yield from content.get("schema", {}).get("examples", [])
