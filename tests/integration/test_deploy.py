"""What deploy/ sets and probes is what the service knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from app.settings.load import load_settings
from tests.service import ROOT, Service

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


def test_every_variable_is_a_setting() -> None:
    """The service starts with the environment of each container; a misspelt variable would stop it."""
    environments = [service["environment"] for service in COMPOSE["services"].values() if "environment" in service]
    environments += [{entry["name"]: entry["value"] for entry in env} for env in found(MANIFESTS, "env")]
    assert len(environments) == 3
    for environment in environments:
        settings = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml"), **environment})
        assert settings.redis.url
        assert settings.server.host == "0.0.0.0"  # noqa: S104 - in a container


def test_every_probe_is_answered(service: Service) -> None:
    """Each path that is probed answers 200."""
    paths = {probe["path"] for probe in found(MANIFESTS, "httpGet")}
    assert paths == {"/health/live", "/health/ready"}
    for path in paths:
        assert service.http.get(path).status_code == 200


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
