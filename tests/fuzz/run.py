"""Schemathesis against a real service: invented requests, alone and one after the other, each answer checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.access.keys import hash_of, new_key
from tests.fuzz.document import narrowed
from tests.service import Service
from tests.worlds import World

# Refusals that Schemathesis does not think of by itself.
EXPECTED = {"negative_data_rejection": ["4xx"]}


def fuzz(folder: Path, world: World, *, examples: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Return how Schemathesis ended, and what it printed.

    Args:
        folder: For the service and the document.
        world: What is served, of integer ids.
        examples: Of each call, and of each kind of sequence of calls, at most.
        seed: The same one invents the same requests.
    """
    key = new_key()
    keys = [{"name": "fuzz", "scopes": ["recommend", "read", "admin"], "sha256": hash_of(key.encode())}]
    limits = "".join(f"[checks.{check}]\nexpected-statuses = {codes}\n" for check, codes in EXPECTED.items())
    with Service(folder, world.folder, SEGUE_SECURITY__KEYS=json.dumps(keys)) as service:
        document = folder / "openapi.json"
        document.write_text(json.dumps(narrowed(service.http.get("/openapi.json").json(), world.tracks)))
        (folder / "schemathesis.toml").write_text(
            f'{limits}[auth.openapi]\nheader = {{ api_key = "{key}" }}\nbearer = {{ bearer = "{key}" }}\n'
        )
        command = [
            Path(sys.executable).with_name("schemathesis"), "run", document, "--url", service.http.base_url,
            "--checks", "all", "--mode", "all", "--continue-on-failure",
            "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", examples, "--seed", seed,
            "--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off", "--no-color",
        ]  # fmt: skip
        ended = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False)
        assert service.process.poll() is None, "the service ended"
        assert "Traceback" not in service.stderr, service.stderr
    return ended
