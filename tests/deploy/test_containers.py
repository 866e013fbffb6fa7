"""compose.yaml and the Dockerfiles, read as an engine reads them: there is no engine where tests run."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.deploy import by_hand
from tests.deploy.compose import FILES, ROOT, VARIABLE, all_services, load, with_defaults
from tutorbot.env import Env

DOCKERFILES = sorted((ROOT / "docker").glob("*.Dockerfile"))
BUILD = {"mongo", "redis", "rasa", "action-server", "backend-dev", "admin-dev", "nginx-dev"}
PROD = {"mongo", "redis", "rasa", "action-server", "bootstrap", "first-model", "backend", "worker", "nginx"}
ONCE = {"bootstrap", "first-model"}
ACTIONS_ALONE = {"BACKEND_URL", "ACTIONS_HTTP_TIMEOUT"}  # docs/actions.md


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return all_services()


def test_the_old_commands_start_what_they_name(services: dict[str, dict[str, Any]]) -> None:
    def of(profile: str) -> set[str]:
        return {name for name, one in services.items() if profile in one["profiles"]} - {"postgres"}

    assert of("build") == BUILD
    assert of("prod") == PROD
    for name, one in services.items():
        needed = set(one.get("depends_on", {}))
        for profile in one["profiles"]:
            assert needed <= of(profile), name


def test_every_container_has_few_rights_little_room_and_somebody_who_looks(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, one in services.items():
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["read_only"] is True, name
        assert one["logging"]["options"]["max-size"], name
        assert one["deploy"]["resources"]["limits"]["memory"], name
        assert one["stop_grace_period"], name
        assert one["restart"] == ("on-failure:3" if name in ONCE else "unless-stopped"), name
        check = one["healthcheck"]
        assert (
            check == {"disable": True} if name in ONCE else {"test", "interval", "timeout"} <= set(check)
        ), name
        for needed in one.get("depends_on", {}).values():
            assert needed["condition"] in {"service_healthy", "service_completed_successfully"}, name
        assert "build" in one or not one.get("user", "0:").startswith(("0", "root")), name


def test_nginx_alone_is_reached_from_outside(services: dict[str, dict[str, Any]]) -> None:
    open_in_prod = {name for name, one in services.items() if "ports" in one and "prod" in one["profiles"]}
    assert open_in_prod == {"nginx"}
    for name in ("mongo", "redis", "rasa", "action-server", "postgres"):
        assert services[name]["networks"] == ["inner"], name
    assert load(ROOT / "compose.yaml")["networks"]["inner"]["internal"] is True


def test_what_is_waited_for_at_the_end_is_longer_than_what_ends_there(
    services: dict[str, dict[str, Any]],
) -> None:
    gunicorn = (ROOT / "tutorbot" / "gunicorn.py").read_text()
    graceful = int(re.findall(r"^graceful_timeout = (\d+)", gunicorn, re.M)[0])
    timeout = int(re.findall(r"^timeout = (\d+)", gunicorn, re.M)[0])
    for name in ("backend", "backend-dev", "worker"):
        assert int(services[name]["stop_grace_period"][:-1]) > graceful, name
    proxy = (ROOT / "docker/nginx/templates/tutorbot/proxy.inc.template").read_text()
    assert int(re.findall(r"proxy_read_timeout (\d+)s", proxy)[0]) > max(timeout, 30)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_is_known_and_no_secret_has_a_default(path: Path) -> None:
    documented = set(re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.M))
    documented |= set(re.findall(r"`(\w+)`", (ROOT / "docs" / "deploy.md").read_text()))
    for name, sign, default in VARIABLE.findall(path.read_text().replace("$$", "")):
        assert name in documented, name
        if re.search(r"SECRET|PASSWORD|TOKEN", name):
            assert sign != "-" or not default, name
    required = {name for name, sign, _ in VARIABLE.findall(path.read_text()) if sign == "?"}
    used = {name for name, _, _ in VARIABLE.findall(path.read_text().replace("$$", ""))}
    secrets = {name for name in used if re.search(r"SECRET|PASSWORD|TOKEN", name)}
    assert secrets <= required, secrets - required


def test_the_back_end_is_told_nothing_that_it_does_not_read(services: dict[str, dict[str, Any]]) -> None:
    unread = {"MONGO_ROOT_PASSWORD", "MONGO_RASA_PASSWORD"}  # emptied: .env has them
    for name in ("bootstrap", "first-model", "backend", "worker", "backend-dev"):
        assert set(services[name]["environment"]) - set(Env.model_fields) == unread, name
    assert set(services["action-server"]["environment"]) <= ACTIONS_ALONE | {"HELPDESK_TOKEN"}
    postgres = load(ROOT / "docker" / "compose.postgres.yaml")["services"]
    for name in ("bootstrap", "first-model", "backend", "worker", "backend-dev"):
        assert set(postgres[name]["environment"]) <= set(Env.model_fields), name


def test_rasa_finds_all_variables_that_its_files_name(services: dict[str, dict[str, Any]]) -> None:
    rasa = services["rasa"]
    mounted = [ROOT / volume.split(":")[0] for volume in rasa["volumes"] if volume.startswith("./")]
    named = {name for path in mounted for name in re.findall(r"\$\{(\w+)\}", path.read_text())}
    assert named <= set(rasa["environment"])


def test_what_is_mounted_and_built_exists(services: dict[str, dict[str, Any]]) -> None:
    volumes = set(load(FILES[0])["volumes"]) | {"postgres-data"}
    for name, one in services.items():
        for volume in one.get("volumes", []):
            source = with_defaults(volume).split(":")[0]
            exists = (ROOT / source).exists() if source.startswith(".") else source in volumes
            assert exists, (name, source)
        if "build" in one:
            context = ROOT / one["build"]["context"]
            assert (context / one["build"]["dockerfile"]).is_file(), name
        else:
            image = with_defaults(one["image"])
            assert re.search(r":\d[\w.-]*\d|:\d+(?:\.\d+)*-\w+$", image), image


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_a_dockerfile_is_pinned_without_root_and_without_a_secret(path: Path) -> None:
    text, image = path.read_text(), by_hand.read(path)
    context = ROOT / "docker" if path.name.startswith("admin-dev") else ROOT
    bases = re.findall(r"^ARG \w+_IMAGE=(\S+)$", text, re.M)
    assert bases
    assert all(re.fullmatch(r"[a-z]+:\d+(\.\d+)*-[\w-]+", base) for base in bases)
    assert set(re.findall(r"^FROM (\S+)", text, re.M)) == {
        f"${{{n}}}" for n in re.findall(r"^ARG (\w+)=", text, re.M)
    }
    assert image.instructions["USER"] not in {"", "0", "root"}
    assert {"HEALTHCHECK", "CMD", "STOPSIGNAL", "EXPOSE"} <= set(image.instructions)
    assert (
        image.words("CMD")[0] != "sh"
        or image.words("CMD")[-1].endswith(".sh")
        or "exec" in image.words("CMD")[-1]
    )
    assert not re.search(r"^(?:ARG|ENV).*(?:SECRET|PASSWORD|TOKEN|_KEY)", text, re.M)
    for sources, _target in image.copies:
        for source in sources:
            assert (context / source).exists(), source
            if context == ROOT:
                assert f"!{source.split('/')[0]}" in (ROOT / ".dockerignore").read_text(), source


def test_shell_scripts_can_be_read_by_a_plain_shell() -> None:
    scripts = [*(ROOT / "docker").rglob("*.sh"), *(ROOT / "docker").rglob("*.envsh")]
    assert scripts
    for script in scripts:
        subprocess.run(["sh", "-n", str(script)], check=True)
    assert (ROOT / "docker/nginx/16-tutorbot.envsh").stat().st_mode & 0o111  # or the image leaves it out


def test_secrets_are_made_for_every_variable_that_asks_for_one() -> None:
    made = subprocess.run(
        ["sh", "docker/secrets.sh"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    lines = dict(line.split("=") for line in made.splitlines() if "=" in line)
    asked = {
        n for path in FILES for n, sign, text in VARIABLE.findall(path.read_text()) if "secrets.sh" in text
    }
    assert set(lines) == asked
    assert len(set(lines.values())) == len(lines)
    assert all(len(value) == 64 and value.isalnum() for value in lines.values())


def test_development_asks_for_nothing_else_and_production_refuses_to_be_without_a_name(
    services: dict[str, dict[str, Any]],
) -> None:
    asked = {name for name, sign, text in VARIABLE.findall(FILES[0].read_text()) if sign == "?"}
    assert asked == {name for name in asked if name in (ROOT / "docker/secrets.sh").read_text()}
    hosts = services["backend"]["environment"]["ALLOWED_HOSTS"]
    for given, told in (("bot.example,bot2.example", "bot.example,bot2.example,backend"), ("", "")):
        command = ["sh", "-c", f'printf %s "{hosts}"']  # the same rules as Compose's
        env = {"ALLOWED_HOSTS": given}
        assert subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout == told
    with pytest.raises(ValidationError, match="ALLOWED_HOSTS: es obligatoria en producción"):
        Env(APP_ENV="prod", SECRET_KEY="k" * 40, ALLOWED_HOSTS="")
