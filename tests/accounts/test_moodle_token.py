"""The tokens of the Moodle plugin in docs/moodle, made by PHP itself, are those that we accept."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.accounts import signing
from tests.keys import OTHER_RSA_KEY, RSA_KEY, RSA_PUBLIC_PEM

pytestmark = pytest.mark.django_db
PLUGIN = Path(__file__).parents[2] / "docs" / "moodle" / "tutorbot"
PHP = shutil.which("php")
SCRIPT = """
require $argv[1];
$given = json_decode(file_get_contents('php://stdin'));
$claims = \\local_tutorbot\\signer::claims($given->user, $given->iss, $given->aud, time());
echo \\local_tutorbot\\signer::sign($claims, $given->key, $given->alg);
"""
USER = {"id": 7, "email": "Ana@ejemplo.edu.co", "firstname": "Ana", "lastname": "Muñoz"}

if PHP is None:
    pytest.skip("php is not installed", allow_module_level=True)


def made_by_php(key: Any, alg: str = "RS256", aud: str = signing.AUDIENCE) -> str:
    if alg == "RS256":
        key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    given = json.dumps({"user": USER, "iss": signing.ISSUER, "aud": aud, "key": key, "alg": alg})
    command = [str(PHP), "-r", SCRIPT, str(PLUGIN / "classes" / "signer.php")]
    return subprocess.run(command, input=given, capture_output=True, check=True, text=True).stdout


@pytest.fixture(autouse=True)
def moodle(env: Any) -> None:
    env(
        JWT_ALGORITHM="RS256",
        JWT_PUBLIC_KEY=RSA_PUBLIC_PEM,
        JWT_ISSUER=signing.ISSUER,
        JWT_AUDIENCE=signing.AUDIENCE,
    )


def test_a_student_of_moodle_is_known_by_name_and_email() -> None:
    known = signing.caller(made_by_php(RSA_KEY))
    assert (known.sub, known.email, known.nombre) == ("moodle-7", "ana@ejemplo.edu.co", "Ana Muñoz")
    assert known.is_email_verified


def test_another_key_or_audience_counts_as_no_token() -> None:
    assert not signing.caller(made_by_php(OTHER_RSA_KEY)).is_known
    assert not signing.caller(made_by_php(RSA_KEY, aud="other")).is_known


def test_a_shared_secret_works_where_it_is_configured(env: Any, settings: Any) -> None:
    assert not signing.caller(made_by_php(settings.SECRET_KEY, "HS256")).is_known
    env(JWT_ALGORITHM="HS256")
    assert signing.caller(made_by_php(settings.SECRET_KEY, "HS256")).sub == "moodle-7"


def test_the_plugins_files_are_php() -> None:
    for path in PLUGIN.rglob("*.php"):
        subprocess.run([str(PHP), "-l", str(path)], capture_output=True, check=True)
