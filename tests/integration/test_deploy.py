"""What deploy/ sets and probes is what the service knows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.access.keys import check_access
from app.access.scopes import needed_scope
from app.key import main as make_key
from app.settings.load import load_settings
from strategies.errors import ConfigurationError
from tests.service import ROOT, Service

DASHBOARD = json.loads((ROOT / "deploy/grafana/segue.json").read_text())
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
MANIFESTS = [
    manifest
    for file in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
    for manifest in yaml.safe_load_all(file.read_text())
]


def found(tree: object, key: str) -> Iterator[Any]:
    """Yield what stands under a key, at whatever depth."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key:
                yield value
            yield from found(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from found(value, key)


def environments(keys: str) -> list[dict[str, str]]:
    """Return the environment of every container of Segue's, with the keys where they are asked for."""
    composed = [service["environment"] for service in COMPOSE["services"].values() if "environment" in service]
    found_there = [
        {entry["name"]: entry["value"] if "value" in entry else f"${{{entry['name']}}}" for entry in env}
        for env in found(MANIFESTS, "env")
    ]
    return [
        {name: keys if value.startswith("${SEGUE_SECURITY__KEYS") else value for name, value in environment.items()}
        for environment in composed + found_there
    ]


def test_every_variable_is_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    """With a key, as the command prints it, each container's service starts; without one it is refused."""
    assert make_key(["new", "--scope", "recommend"]) == 0
    (keys,) = re.findall("^SEGUE_SECURITY__KEYS='(.*)'$", capsys.readouterr().out, re.MULTILINE)
    assert len(environments(keys)) == 3
    for environment in environments(keys):
        settings = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml"), **environment})
        assert settings.redis.url
        assert settings.server.host == "0.0.0.0"  # noqa: S104 - in a container
        check_access(settings)
    for environment in environments("[]"):
        open_to_all = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml"), **environment})
        with pytest.raises(ConfigurationError, match="there is no API key"):
            check_access(open_to_all)


def test_every_probe_is_answered(service: Service) -> None:
    """Each path that is probed answers 200, and needs no key."""
    paths = {probe["path"] for probe in found(MANIFESTS, "httpGet")}
    paths |= set(re.findall(r"http://127\.0\.0\.1:5000(/[\w/]+)", str(COMPOSE)))
    assert paths == {"/health/live"}
    for path in paths:
        assert service.http.get(path).status_code == 200
        assert needed_scope("GET", path) is None


def test_what_is_named_is_there() -> None:
    """Every volume that is mounted, and every host that is named, stands in the same file."""
    mounted = {mount["name"] for mounts in found(MANIFESTS, "volumeMounts") for mount in mounts}
    claims = {claim["metadata"]["name"] for claims in found(MANIFESTS, "volumeClaimTemplates") for claim in claims}
    assert mounted == claims | {volume["name"] for volumes in found(MANIFESTS, "volumes") for volume in volumes}
    services = {manifest["metadata"]["name"] for manifest in MANIFESTS if manifest["kind"] == "Service"}
    assert services == {"segue", "segue-store"}
    balancer = (ROOT / "deploy/balancer.conf").read_text()
    assert {"one", "two", "store"} < COMPOSE["services"].keys()
    assert all(f"server {name}:5000" in balancer for name in ("one", "two"))


def checked(package: str, *arguments: str | Path) -> str:
    """Return what a package's command says of files; 0 is its answer to good ones."""
    if find_spec(package) is None:
        pytest.skip(f"there is no {package}: make setup")
    program = Path(sys.executable).with_name(package.replace("_", "-"))
    told = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    return "" if told.returncode == 0 else told.stdout + told.stderr or "refused"


def test_compose_takes_its_file(tmp_path: Path) -> None:
    """The Compose specification's schema takes the file, and would not take a misspelt key."""
    schema = ("--builtin-schema", "vendor.compose-spec")
    assert checked("check_jsonschema", *schema, ROOT / "deploy/compose.yaml") == ""
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((ROOT / "deploy/compose.yaml").read_text().replace("restart:", "restarts:"))
    assert "restarts" in checked("check_jsonschema", *schema, wrong)


def test_kubernetes_takes_its_manifests(tmp_path: Path) -> None:
    """The schemas of Kubernetes take every manifest, strictly, and would not take a misspelt key."""
    files = sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
    assert checked("kubernetes_validate", "--strict", *files) == ""
    wrong = tmp_path / "segue.yaml"
    wrong.write_text((ROOT / "deploy/kubernetes/segue.yaml").read_text().replace("replicas:", "replica:"))
    assert "replica" in checked("kubernetes_validate", "--strict", wrong)


def kept(dashboard: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return what Grafana's model keeps of a dashboard."""
    models = pytest.importorskip("grafana_foundation_sdk.models.dashboard", reason="Grafana's models: make setup")
    from grafana_foundation_sdk.cog import encoder, plugins

    plugins.register_default_plugins()
    return json.loads(encoder.JSONEncoder().encode(models.Dashboard.from_json(dashboard)))


def lost(given: Any, taken: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield the places of what is not in both alike; what a model adds is no matter."""
    if isinstance(given, dict) and isinstance(taken, dict):
        for name, value in given.items():
            yield from (f"{name} {place}" for place in lost(value, taken.get(name, "is unknown")))
    elif isinstance(given, list) and isinstance(taken, list) and len(given) == len(taken):
        for number, (one, other) in enumerate(zip(given, taken, strict=True)):
            yield from (f"{number} {place}" for place in lost(one, other))
    elif given != taken:
        yield f"{given!r} {taken!r}"


def test_grafana_knows_all_of_the_dashboard() -> None:
    """Grafana's own model takes the dashboard and gives it back whole; it would lose a misspelt key."""
    assert list(lost(DASHBOARD, kept(DASHBOARD))) == []
    wrong = json.loads(json.dumps(DASHBOARD).replace('"gridPos"', '"gridPlace"', 1))
    assert [place.split(" {")[0] for place in lost(wrong, kept(wrong))] == ["panels 0 gridPlace"]
