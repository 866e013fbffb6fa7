"""Doors and addresses of compose.yaml; and what the client itself makes of the file, where there is one."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy import by_hand, compose

ROOT = compose.ROOT
PORTS = {
    "nginx": ["80:8080"],
    "backend-dev": ["127.0.0.1:8000:8000"],
    "nginx-dev": ["127.0.0.1:8080:8080", "127.0.0.1:5173:8080"],
}
"""All that a machine opens: of production nginx alone, of development nothing but to the machine itself."""


def test_these_ports_are_open_and_no_others() -> None:
    services = compose.all_services()
    found = {
        name: [compose.with_defaults(port) for port in one["ports"]]
        for name, one in services.items()
        if "ports" in one
    }
    assert found == PORTS
    assert not {"network_mode", "expose"} & {key for one in services.values() for key in one}
    tls = compose.load(ROOT / "docker/compose.tls.yaml")["services"]
    assert {name: [compose.with_defaults(p) for p in one["ports"]] for name, one in tls.items()} == {
        "nginx": ["443:8443"]
    }


@pytest.mark.parametrize(
    ("service", "port"),
    [("backend", 8000), ("backend-dev", 8000), ("action-server", 5055), ("admin-dev", 5173), ("nginx", 8080)],
)
def test_a_service_is_asked_for_its_health_where_its_image_listens(service: str, port: int) -> None:
    one = compose.all_services()[service]
    assert f"127.0.0.1:{port}/" in str(one["healthcheck"]["test"])
    if "build" in one:
        image = by_hand.read(ROOT / one["build"]["context"] / one["build"]["dockerfile"])
        assert image.instructions["EXPOSE"] == str(port)


def test_every_address_inside_names_a_service_and_the_port_it_listens_on() -> None:
    services = compose.all_services()
    listens = {"backend": 8000, "backend-dev": 8000, "rasa": 5005, "action-server": 5055, "admin-dev": 5173}
    listens |= {"mongo": 27017, "redis": 6379, "postgres": 5432}
    values = [str(value) for one in services.values() for value in one.get("environment", {}).values()]
    named = re.findall(rf"\b({'|'.join(listens)}):(\d+)", " ".join(values))
    assert {name for name, _ in named} == set(listens) - {"postgres"}
    assert [pair for pair in named if listens[pair[0]] != int(pair[1])] == []
    assert "--port 5005" in str(services["rasa"]["command"])


@pytest.mark.parametrize("profile", ["build", "prod"])
def test_the_client_reads_the_file_as_it_stands(profile: str, tmp_path: Path) -> None:
    secrets = subprocess.run(["sh", "docker/secrets.sh"], cwd=ROOT, capture_output=True, check=True).stdout
    (tmp_path / "env").write_bytes(secrets)
    found = compose.resolved(profile, tmp_path / "env")
    if found is None:
        pytest.skip("`docker compose version` fails: no Compose is installed")
    ours = compose.all_services()
    assert set(found["services"]) == {
        name for name, one in ours.items() if profile in one["profiles"] and name != "postgres"
    }
    for name, one in found["services"].items():
        assert [_door(port) for port in one.get("ports", [])] == PORTS.get(name, []), name


def _door(port: dict[str, Any]) -> str:
    host = f"{port['host_ip']}:" if port.get("host_ip") else ""
    return f"{host}{port['published']}:{port['target']}"


def test_the_page_on_scale_quotes_rasas_file_and_what_compose_gives_it() -> None:
    text = (ROOT / "docs/scale.md").read_text()
    name, quoted = re.findall(r"`(rasa/\S+\.yml)`[^`]*```yaml\n(.*?)```", text, re.S)[0]
    assert name == "rasa/endpoints.production.yml"
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in quoted.splitlines() if line] == [
        line for line in lines if line and not line.startswith("#")
    ]
    told = dict(re.findall(r"^\| `(\w+)` \| `(\S+)` \|$", text, re.M))
    given = compose.all_services()["rasa"]["environment"]
    assert told == {name: given[name] for name in re.findall(r"\$\{(\w+)\}", quoted)}
