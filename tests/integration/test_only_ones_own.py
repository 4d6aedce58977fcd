"""No answer holds anything of a listener other than the one whom the call is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.service import Service, quoted
from tests.worlds import World

ASKING = "bob b"  # known to the log, as the second of the others is
OTHERS = ("listener-one", "čeněk")
REQUEST = "the-request-of-another"


def answers(service: Service, world: World) -> dict[str, str]:
    """Return the answer of every documented call, about one user where it is about one."""
    named = {"{user}": quoted(ASKING), "{track}": quoted(world.tracks[0])}
    found = {}
    for path, calls in service.http.get("/openapi.json").json()["paths"].items():
        for method in sorted(calls, key=("get", "post", "delete").index):
            filled = path
            for name, value in named.items():
                filled = filled.replace(name, value)
            body: dict[str, Any] | None = {"track": world.tracks[0], "time": 1} if method == "post" else None
            query = {"explain": "true", "n": "20"} if path.startswith("/next") else {}
            answer = service.http.request(method, filled, json=body, params=query, headers={"Accept": "*/*"})
            assert answer.status_code in (200, 204, 404), (path, answer.text)
            found[f"{method} {path}"] = answer.text + str(answer.headers)
    return found


@pytest.mark.parametrize("chain", ["", "similar_users", "user_groups", "taste"])
def test_no_answer_tells_of_another_listener(tmp_path: Path, text_world: World, chain: str) -> None:
    """Neither ids, nor requests, nor sessions, nor what others heard alone stand in any answer, explained or not."""
    with Service(tmp_path, text_world.folder, SEGUE_SERVER__CHAIN=chain) as service:
        for other in OTHERS:
            sent = {"track": text_world.tracks[5], "time": 0.123456}
            answer = service.http.post(
                f"/next/{quoted(other)}", json=sent, headers={"X-Request-ID": f"{REQUEST}-{len(other)}"}
            )
            assert answer.status_code == 200
        # First somebody else's session, so that there is something to be found.
        assert "0.123456" in service.http.get(f"/sessions/{quoted(OTHERS[0])}").text
        found = answers(service, text_world)
        assert len(found) >= 18
        for call, text in found.items():
            for secret in (*OTHERS, REQUEST, "0.123456"):
                assert secret not in text, (call, secret)
