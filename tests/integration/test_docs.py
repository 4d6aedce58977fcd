"""The docs page and the OpenAPI document, with the network cable pulled."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.service import Service


class Links(HTMLParser):
    """Gathers what a page loads: scripts, styles and images."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the tag points at."""
        del tag
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    return service.http.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every operation under its call, e.g. ``POST /next/{user}``."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_page_loads_nothing_from_elsewhere(service: Service) -> None:
    """Every script, style and image of the docs page is served by Segue, and the page names no other server."""
    page = service.http.get("/docs")
    assert page.status_code == 200
    links = Links()
    links.feed(page.text)
    assert any(link.endswith(".js") for link in links.found)
    assert any(link.endswith(".css") for link in links.found)
    for link in links.found:
        assert link.startswith("/")
        assert not link.startswith("//")
        asset = service.http.get(link)
        assert asset.status_code == 200
        assert asset.content
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_every_call_is_documented(document: dict[str, Any]) -> None:
    """The document holds every call of the contract, each with a summary and a description."""
    found = operations(document)
    assert found.keys() >= {
        "GET /",
        "GET /track/{track}",
        "POST /next/{user}",
        "POST /last/{user}",
        "GET /sessions/{user}",
        "DELETE /sessions/{user}",
        "GET /users/{user}",
        "DELETE /users/{user}",
        "GET /strategies",
        "GET /experiments",
        "GET /health/live",
        "GET /health/ready",
    }
    assert all(operation["summary"] and operation["description"] for operation in found.values())


def test_every_call_can_be_tried(document: dict[str, Any]) -> None:
    """Every parameter in a path and every body has several examples, so that each call can be tried at once."""
    for call, operation in operations(document).items():
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                assert len(parameter["examples"]) > 1, call
        if call.startswith(("POST /next", "POST /last")):
            examples = operation["requestBody"]["content"]["application/json"]["examples"]
            assert {"track", "time"} == examples["listened"]["value"].keys()


@pytest.mark.parametrize(
    ("call", "statuses"),
    [
        ("POST /next/{user}", ["404", "413", "422", "429"]),
        ("POST /last/{user}", ["404", "413", "422", "429"]),
        ("GET /track/{track}", ["404", "422"]),
        ("GET /sessions/{user}", ["404", "422", "429"]),
        ("DELETE /sessions/{user}", ["422", "429", "503"]),
        ("GET /users/{user}", ["422", "429"]),
        ("DELETE /users/{user}", ["422", "429", "503"]),
        ("GET /strategies", []),
        ("GET /experiments", []),
        ("GET /health/ready", []),
    ],
)
def test_every_error_is_documented(document: dict[str, Any], call: str, statuses: list[str]) -> None:
    """Each error of a call is documented as a problem document, with an example."""
    responses = operations(document)[call]["responses"]
    everywhere = {"414", "431"}  # what befalls a call before it is one
    assert everywhere < responses.keys()
    assert sorted(status for status in responses.keys() - everywhere if status >= "4") == statuses
    for status in statuses:
        ((media_type, content),) = responses[status]["content"].items()
        assert media_type == "application/problem+json"
        assert content["example"]["status"] == int(status)
        assert content["example"]["detail"]


def test_the_documented_examples_answer_as_they_say(service: Service, document: dict[str, Any]) -> None:
    """The body's examples are answered with the status that their summary announces; tracks are the world's."""
    body = operations(document)["POST /next/{user}"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        announced = example["summary"][:3]
        sent = example["value"] | ({"track": 100} if announced != "404" else {})
        response = service.http.post("/next/3000000", json=sent)
        assert response.status_code == (int(announced) if announced.isdigit() else 200)
