"""What watches Segue, the dashboard, the alerts and the systemd unit, knows it as it is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.settings.load import load_settings
from tests.service import ROOT, Service

PROMETHEUS = ROOT / "deploy/prometheus"
RULES = yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
PANELS = json.loads((ROOT / "deploy/grafana/segue.json").read_text())["panels"]
UNIT = (ROOT / "deploy/segue.service").read_text()
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def expressions() -> Iterator[str]:
    """Yield every PromQL expression, with the variables of the dashboard filled in."""
    yield from (rule["expr"] for rule in ALERTS)
    for panel in PANELS:
        for target in panel["targets"]:
            yield re.sub(r"\$__\w+", "5m", target["expr"]).replace("$instance", ".*")


def promtool(*arguments: str | Path) -> None:
    """Run Prometheus' own checker, where there is one."""
    if shutil.which("promtool") is None:
        pytest.skip("there is no promtool; Debian's package 'prometheus' has it")
    checked = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_metric_that_is_named_is_told(service: Service) -> None:
    """Each name in the dashboard and the alerts is one that /metrics tells, and each that it tells is watched."""
    families = list(text_string_to_metric_families(service.http.get("/metrics").text))
    told = {family.name + suffix for family in families for suffix in SUFFIXES[family.type]}
    named = {name for expression in expressions() for name in re.findall(r"segue_\w+", expression)}
    assert named <= told
    counted = {family.name for family in families if not family.name.endswith("_created")}  # when each count began
    assert counted <= {re.sub("_(total|bucket|sum|count)$", "", name) for name in named}


def test_labels_that_are_named_are_told(service: Service) -> None:
    """Each label by which an expression sums is one of Segue's, or one that Prometheus adds."""
    families = text_string_to_metric_families(service.http.get("/metrics").text)
    told = {"instance", "le", "chain", "strategy", "endpoint", "status", "version"}
    assert {label for family in families for sample in family.samples for label in sample.labels} <= told
    for expression in expressions():
        for group in re.findall(r"by \(([^)]*)\)", expression):
            assert set(group.split(", ")) <= told


def test_an_alert_says_what_is_wrong_and_what_to_do() -> None:
    """Each rule has a severity, a summary and a description, and a name of its own."""
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    for rule in ALERTS:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_panels_lie_side_by_side() -> None:
    """No panel of the dashboard covers another or leaves the grid, and each has an id of its own."""
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    places = [panel["gridPos"] for panel in PANELS]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        assert (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )


def test_prometheus_takes_its_configuration() -> None:
    """Prometheus' own checker accepts the configuration and the rules that it names."""
    promtool("check", "config", PROMETHEUS / "prometheus.yaml")


def test_the_alerts_go_off_when_they_should() -> None:
    """Prometheus' own rule tests: what is well is silent, and what is not brings its alert."""
    promtool("test", "rules", ROOT / "tests/integration/alerts.yaml")


def test_prometheus_understands_every_expression(tmp_path: Path) -> None:
    """Each query of the dashboard is PromQL."""
    rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(expressions())]
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", file)


def test_the_unit_sets_what_segue_knows() -> None:
    """Every variable of the systemd unit is a setting, and its time to stop is longer than a stop takes."""
    environment = dict(line.split("=", 1) for line in re.findall("^Environment=(.*)$", UNIT, re.MULTILINE))
    settings = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml"), **environment})
    assert {settings.artifacts.path.parent, settings.event_log.path.parent, settings.redis.path.parent} == {
        Path("/var/lib/segue")
    }
    (stop_s,) = re.findall("^TimeoutStopSec=(.*)$", UNIT, re.MULTILINE)
    assert int(stop_s) > settings.server.farewell_s + settings.server.drain_timeout_s


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """The checker of systemd checker accepts the unit, once its program stands where this one does."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze; it comes with systemd")
    unit = tmp_path / "segue.service"
    unit.write_text(UNIT.replace("/opt/segue/.venv/bin/python", sys.executable).replace("/opt/segue", str(ROOT)))
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
