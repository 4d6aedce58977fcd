"""A strategy from another package, installed as anybody would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.service import ROOT, Service
from tests.worlds import World

ASK = """
from pathlib import Path
from strategies.registry import build_chain, installed
from tests.tiny import query, tiny_artifacts
artifacts = tiny_artifacts(Path("tiny"))
for use in ("least_played", "segue_least_played:LeastPlayed"):
    print(build_chain("mine", [{"use": use, "limit": 3}])(query(artifacts, [(0, 1.0)])).tracks)
print(list(installed()))
"""


def installed(folder: Path) -> Path:
    """Install the template below a folder, and return where."""
    source, target = folder / "source", folder / "target"
    shutil.copytree(ROOT / "templates/strategy-package", source)  # a build leaves files beside its source
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--disable-pip-version-check", "--target", target, source], check=True, timeout=120)
    return target


def test_the_template_package_serves(tmp_path: Path) -> None:
    """The template is installed and named by its entry point and by its import path: Ada's least played is track 3."""
    target = installed(tmp_path)
    answered = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{target}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert answered.stdout.splitlines() == ["[3]", "[3]", "['least_played']"]


def test_the_service_lists_what_other_packages_bring(tmp_path: Path, world: World) -> None:
    """GET /strategies lists the template; what cannot be imported is left out, and the log says so."""
    target = installed(tmp_path)
    (target / "broken-1.dist-info").mkdir()
    (target / "broken-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (target / "broken-1.dist-info/entry_points.txt").write_text("[segue.strategies]\nbroken = no_such_module:Broken\n")
    with Service(tmp_path / "service", world.folder, PYTHONPATH=f"{ROOT}{os.pathsep}{target}") as service:
        listed = {one["name"]: one for one in service.http.get("/strategies").json()["strategies"]}
        assert "'no_such_module:Broken' in an installed package cannot be imported" in service.stderr
    assert "broken" not in listed
    assert listed["least_played"]["role"] == "source"
    assert listed["least_played"]["parameters"] == [
        {
            "name": "limit",
            "description": "Candidates proposed (tracks).",
            "default": 10,
            "type": {"type": "integer", "minimum": 1, "maximum": 1000},
        }
    ]
