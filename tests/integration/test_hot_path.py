"""The two hot calls are answered in two places, and nobody can tell."""

from __future__ import annotations

from itertools import count

import httpx
import pytest

from tests.service import Service
from tests.worlds import World

NEW_USERS = count(3_000_000)
OWN = ("date", "x-request-id")  # headers that differ from one answer to the next


def seen(response: httpx.Response) -> tuple[int, dict[str, str], dict[str, object]]:
    """Return what a client sees of an answer, but for what is the request's own."""
    headers = {name: value for name, value in response.headers.items() if name not in OWN}
    return response.status_code, headers, response.json()


@pytest.mark.parametrize("call", ["next", "last"])
@pytest.mark.parametrize(
    ("user", "body"),
    [
        (None, {"time": 0.5}),
        (None, {"track": 10**9, "time": 0.5}),
        (None, {"track": "first", "time": 1.5}),
        (None, {"track": "first", "time": "x" * 100_000}),
        ("nobody", {"track": "first", "time": 0.5}),
        (None, {"track": "first", "time": 0.5}),
    ],
)
def test_with_and_without_a_query(
    service: Service, world: World, call: str, user: str | None, body: dict[str, object]
) -> None:
    """A call with a query string, which the framework answers, is answered as the one without, headers too."""
    if body.get("track") == "first":
        body = body | {"track": world.tracks[0]}
    name = user or next(NEW_USERS)
    hot = seen(service.http.post(f"/{call}/{name}", json=body))
    again = seen(service.http.post(f"/{call}/{name}?other=1", json=body))
    for _, headers, answer in (hot, again):
        if answer.pop("track", None) is not None:  # a playback later in the same session has another one
            assert headers.pop("content-length").isdigit()
    assert hot == again


def test_the_last_answer_of_a_connection(service: Service, world: World) -> None:
    """Who closes the connection after the answer is told so, and gets the headers of every other answer."""
    path, body = f"/next/{next(NEW_USERS)}", {"track": world.tracks[0], "time": 0.5}
    kept = service.http.post(path, json=body)
    closed = service.http.post(path, json=body, headers={"Connection": "close"})
    assert closed.headers.pop("connection") == "close"
    assert list(closed.headers) == list(kept.headers)


def test_names_of_requests_that_fail(service: Service) -> None:
    """An error has the name that its request came with; a name of the wrong form is refused, under another one."""
    for given, status in (("mine", 404), ("not mine", 422)):
        answer = service.http.post("/next/1", json={"track": 10**9, "time": 0.5}, headers={"X-Request-ID": given})
        assert (answer.status_code, answer.headers["x-request-id"] == given) == (status, status == 404)


@pytest.mark.parametrize("path", ["/next/", "/last/", "/next", "/nextto/1"])
def test_what_only_looks_like_a_hot_call(service: Service, path: str) -> None:
    """A path without a user is no call, and is answered by the framework's own 404."""
    response = service.http.post(path, json={})
    assert response.status_code == 404
    assert "is no call of Segue" in response.json()["detail"]


def test_another_method_of_a_hot_path(service: Service) -> None:
    """GET is not allowed where POST is."""
    response = service.http.get("/next/1")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
