"""Files that this machine does not run: the CI workflow, systemd units, scripts of other systems."""

import configparser
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from ruamel.yaml import YAML


@pytest.fixture
def workflow(project_root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(project_root / ".github/workflows/ci.yml")
    return loaded


def test_the_workflow_checks_and_then_builds_with_no_more_rights_than_reading(
    workflow: dict[str, Any], project_root: Path
) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow.get("on", workflow.get(True))
    check, images = workflow["jobs"]["check"], workflow["jobs"]["images"]
    assert images["needs"] == "check"
    for job in (check, images):
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))
    commands = [step["run"] for job in (check, images) for step in job["steps"] if "run" in step]
    for path in re.findall(r"(?:\.ci|scripts)/[\w.]+", " ".join(commands)):
        assert os.access(project_root / path, os.X_OK), path
    assert commands[0] == ".ci/run"
    steps = {step["name"]: step for step in images["steps"] if "run" in step}
    tags = ' "$GITHUB_SHA" "${GITHUB_REF_NAME//\\//-}"'  # of the commit, and of the branch or the release
    assert steps["Build and tag"]["run"] == f"scripts/build_images.sh{tags}"
    assert steps["Push"]["run"] == f"PUSH=1 scripts/build_images.sh{tags}"
    text = (project_root / ".github/workflows/ci.yml").read_text()
    assert not re.search(r"\w\.io/|hub\.docker", text)  # the registry is the repository's to name
    for line in re.findall(r"\$\{\{ secrets\.\w+ \}\}.*", text):
        assert "run:" not in line


def test_every_dockerfile_is_built_tagged_and_pushed_when_asked(project_root: Path) -> None:
    env = {
        **os.environ,
        "DOCKER": "echo",
        "REGISTRY": "registry.example",
        "NAMESPACE": "Org/Bot",
        "PUSH": "1",
    }
    done = subprocess.run(
        ["scripts/build_images.sh", "abc", "main"], cwd=project_root, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    names = {path.name.removesuffix(".Dockerfile") for path in (project_root / "docker").glob("*.Dockerfile")}
    said = done.stdout.splitlines()
    for name in names:
        image = f"registry.example/org/bot-{name}"
        built = [line for line in said if line.startswith("build ") and f" --tag {image}:abc " in line]
        assert len(built) == 1
        assert f"--file docker/{name}.Dockerfile" in built[0]
        for tag in ("abc", "main"):
            assert said.count(f"tag {image}:abc {image}:{tag}") == said.count(f"push {image}:{tag}") == 1
    assert len(said) == len(names) * 5  # and nothing else


@pytest.mark.parametrize("name", ["web", "worker"])
def test_units_run_what_there_is_as_nobody_special(project_root: Path, name: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(project_root / f"scripts/systemd/tutorbot-{name}.service")
    service = unit["Service"]
    assert service["User"] == "tutorbot"
    assert service["NoNewPrivileges"] == "yes"
    assert int(service["TimeoutStopSec"]) >= 25  # turns and jobs have 20 s to end
    assert service["Restart"] == "always"
    for path in re.findall(r"[\w/]+\.py", service["ExecStart"] + service.get("ExecStartPre", "")):
        assert (project_root / path).exists(), path
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_scripts_for_windows_are_plain_ascii_and_do_what_the_makefile_does(project_root: Path) -> None:
    tasks = (project_root / "scripts/tasks.ps1").read_bytes()
    assert tasks.isascii()  # PowerShell 5.1 reads a file without a mark as the machine's own code page
    assert (project_root / "scripts/check_health.ps1").read_bytes().isascii()
    verbs = set(re.search(rb"ValidateSet\((.*?)\)", tasks)[1].decode().replace("'", "").split(", "))  # type: ignore[index]
    makefile = (project_root / "Makefile").read_text()
    made = dict(re.findall(r"^([a-z-]+):(.*)$", makefile, re.M))
    assert [verb for verb, rest in made.items() if "## " not in rest] == []  # `make help` names each
    assert verbs == {"run", "start", "stop", "logs", "health", "backup", "test", "check"}
    assert verbs <= set(made)
    checks = re.search(rb"'check' {(.*?)\n    }", tasks, re.S)[1].decode()  # type: ignore[index]
    for name in made["static"].split("##")[0].split():
        recipe = re.search(rf"^{name}:.*\n((?:\t.*\n)+)", makefile, re.M)[1]  # type: ignore[index]
        for words in re.findall(r"\$\(DEV\) (.*)", recipe):
            said = ", ".join(f"'{word}'" for word in words.replace("/dev/null", "NUL").split())
            assert f"Invoke-Dev @({said})" in checks, name
    for path in re.findall(rb"tutorbot\\[\w.]+", tasks):
        assert (project_root / path.decode().replace("\\", "/")).exists()


def test_the_shell_script_asks_a_server_and_its_exit_code_says_how_it_is(
    httpserver: HTTPServer, project_root: Path
) -> None:
    ready = {"ok": True, "status": "ok"}
    httpserver.expect_request("/health").respond_with_json({"ok": True})
    httpserver.expect_request("/api/health").respond_with_json({"ok": True})
    httpserver.expect_request("/chat/health").respond_with_json({"ok": True, "engine_ok": True})
    httpserver.expect_request("/api/health/ready").respond_with_json(ready)

    def run(base: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["scripts/check_health.sh", base, *words],
            cwd=project_root,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
        )

    base = httpserver.url_for("").rstrip("/")
    well = run(base)
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "Todo funciona.")
    assert "Falla  El bot responde" in run(base, "--chat").stdout
    httpserver.expect_request("/chat").respond_with_data(json.dumps([{"text": "Hola"}]))
    assert run(base, "--chat").returncode == 0
    assert run("http://127.0.0.1:9").returncode == 2
    assert run("--what").returncode == 2


def test_the_guide_names_what_there_is(project_root: Path) -> None:
    text = (project_root / "docs/operations.md").read_text()
    for path in re.findall(r"scripts/[\w./]*\w", text):
        assert (project_root / path).exists(), path
    for name in re.findall(r"tutorbot_[a-z_]+", text):
        code = (project_root / "apps/core/metrics.py").read_text() + (
            project_root / "apps/ops/metrics.py"
        ).read_text()
        assert re.sub(r"_(total|bucket)$", "", name) in code, name
