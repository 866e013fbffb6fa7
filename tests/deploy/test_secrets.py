"""docker/secrets.sh: what compose.yaml asks for, in a file that nobody else reads."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "docker" / "secrets.sh"


@pytest.mark.parametrize("is_there", [True, False])
def test_what_the_secrets_go_to_is_its_owners_alone(tmp_path: Path, is_there: bool) -> None:
    env = tmp_path / ".env"
    if is_there:
        env.write_text("ALLOWED_HOSTS=bot.example\n")
        env.chmod(0o644)
    done = subprocess.run(
        ["sh", "-c", f"umask 022; sh {SCRIPT} >> .env"], cwd=tmp_path, capture_output=True, check=True
    )
    assert env.stat().st_mode & 0o777 == 0o600
    lines = [line.split("=") for line in env.read_text().splitlines() if "=" in line]
    assert ("ALLOWED_HOSTS" in dict(lines)) == is_there
    made = [value for name, value in lines if name != "ALLOWED_HOSTS"]
    assert [len(value) for value in made] == [64] * 9
    assert len(set(made)) == 9
    assert done.stderr == b""


def test_shown_on_a_terminal_or_in_a_pipe_nothing_is_changed() -> None:
    done = subprocess.run(["sh", str(SCRIPT)], capture_output=True, check=True)
    assert done.stdout.count(b"=") == 9
    assert done.stderr == b""
