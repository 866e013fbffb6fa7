"""Types of environment variables, and how a bad value is told."""

import json
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_settings import NoDecode

APP_ENVS = {"development": "dev", "local": "dev", "testing": "test", "stage": "staging", "production": "prod"}


class ConfigurationError(Exception):
    """Bad environment variables, each named with what is wrong; nothing of their values."""


def split_list(value: Any) -> Any:
    """`a,b c` or a JSON array to a list; anything else is left to the validator."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            raise ValueError("no es una lista: sepárala con comas, o escribe un arreglo JSON") from None
    return [part for part in re.split(r"[,\s]+", text) if part]


def _quoted_words(origins: list[str]) -> list[str]:
    bare = (origin.strip("'\"") for origin in origins)
    return [f"'{origin}'" if origin in {"self", "none"} else origin for origin in bare]


def known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no es una zona horaria conocida, por ejemplo America/Bogota")
    return name


def _header_token(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("solo admite letras sin tilde, números y signos: viaja en una cabecera HTTP")
    return text


def _network(value: Any) -> Any:
    return ip_network(value, strict=False) if isinstance(value, str) else value


Strings = Annotated[list[str], NoDecode, BeforeValidator(split_list)]
Origins = Annotated[Strings, AfterValidator(lambda values: [v.rstrip("/") for v in values])]
Ancestors = Annotated[Origins, AfterValidator(_quoted_words)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Networks = Annotated[list[Network], NoDecode, BeforeValidator(split_list)]
AppEnv = Annotated[
    Literal["dev", "test", "staging", "prod"],
    BeforeValidator(lambda v: APP_ENVS.get(str(v).strip().lower(), str(v).strip().lower())),
]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(lambda v: str(v).upper())
]
NotBlank = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Token = Annotated[str, AfterValidator(_header_token)]
Lower = BeforeValidator(lambda v: v.strip().lower() if isinstance(v, str) else v)
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]

SPANISH = {
    "bool_parsing": "debe ser true o false",
    "int_parsing": "debe ser un número entero",
    "greater_than_equal": "debe ser {ge} o más",
    "less_than_equal": "debe ser {le} o menos",
    "string_too_short": "no puede estar vacía",
    "literal_error": "debe ser {expected}",
}


def describe(error: ValidationError) -> str:
    """One line per bad variable, without its value: it may be a secret."""
    lines = []
    for item in error.errors(include_url=False, include_input=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        if item["type"] in SPANISH:
            reason = SPANISH[item["type"]].format(**item.get("ctx", {})).replace(" or ", " o ")
        elif "network" in item["msg"]:
            reason = "debe ser una lista de direcciones o CIDR, por ejemplo 10.0.0.0/8"
        elif item["type"] == "value_error":
            reason = item["msg"].removeprefix("Value error, ")
        else:
            reason = "no se puede leer"
        lines += [f"{name}: {reason}"] if name else reason.splitlines()
    return "La configuración tiene errores:\n" + "\n".join(f"  - {line}" for line in lines)
