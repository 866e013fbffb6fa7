"""An invented old database as such a system leaves it after two years: tidy, untidy and broken documents."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId

from tests.accounts.legacy import HASH, SETTINGS

START = datetime(2025, 3, 3, 13, 0)
"""Without a zone, as drivers write them: UTC."""


def oid(number: int, at: datetime = START) -> ObjectId:
    return ObjectId(f"{int(at.replace(tzinfo=UTC).timestamp()):08x}{number:016x}")


def users() -> list[dict[str, Any]]:
    return [
        {"_id": oid(1), "email": "Ana@ejemplo.edu.co", "nombre": "Ana", "rol": "usuario", "password": HASH},
        {
            "_id": oid(2),
            "email": "ivan@ejemplo.edu.co",
            "name": "Iván",
            "role": "soporte",
            "hashed_password": HASH,
        }
        | {"avatarUrl": "https://x/y.png"},
        {"_id": oid(3), "email": "clara@ejemplo.edu.co", "nombre": "Clara", "password": "en-claro-123"},
    ]


def settings() -> list[dict[str, Any]]:
    return [{"_id": oid(9), "user_id": str(oid(1)), **SETTINGS}, {"_id": oid(10), "user_id": "nadie"}]


def turn(number: int, **changes: Any) -> dict[str, Any]:
    at = START + timedelta(minutes=number)
    document = {
        "_id": oid(number, at),
        "request_id": f"rid-{number:08}",
        "sender_id": f"web-{number // 4}",
        "user_id": str(oid(1)),
        "user_message": f"¿Cómo pido el certificado {number}?",
        "bot_response": "Así se pide.",
        "intent": "certificados",
        "timestamp": at,
        "ip": "10.0.0.7",
        "user_agent": "Mozilla/5.0",
        "origen": "autenticado",
        "metadata": {"auth": {"token": "eyJ.secreto"}, "url": "https://lms.example/curso"},
    }
    return {name: value for name, value in (document | changes).items() if value is not ...}


def logs() -> list[dict[str, Any]]:
    """Turns in order, then what is wrong with a log; keys of three types."""
    odd = [
        turn(
            20, user_id=..., user_email="ANA@ejemplo.edu.co", user_message=..., message="hola", sender_id=...
        ),
        turn(21, user_id=..., intent={"name": "nlu_fallback", "confidence": 0.31}, origen=...)
        | {"bot_response": [{"text": "No te entendí."}, {"image": "x.png"}]},
        turn(22, timestamp="2025-03-04T02:30:00", status="error", bot_response=[], latency_ms=812),
        turn(23, timestamp=1741100000000, user_message="con\x00nulo", geo={"lat": 4.6}),
        turn(24, _id="texto-24", timestamp="ayer", created_at=START),
        turn(25, _id=25),
    ]
    broken = [
        {"_id": oid(30), "timestamp": START, "endpoint": "/admin/logs", "method": "GET", "status": "200"},
        turn(31, timestamp=datetime(2199, 1, 1)),
        turn(32, _id="texto-32", timestamp=...),
        {"_id": oid(33), "user_message": {"$gt": ""}, "bot_response": 7, "timestamp": START},
        {"_id": oid(34)},
    ]
    return [turn(number) for number in range(12)] + odd + broken


def tickets() -> list[dict[str, Any]]:
    return [
        {
            "_id": oid(50),
            "name": "Ana Rojas",
            "email": "ana@ejemplo.edu.co",
            "subject": "No puedo entrar",
            "message": "La página no abre.",
            "status": "resuelto",
            "prioridad": "Alta",
            "assigned_to": "ivan@ejemplo.edu.co",
            "number": "HD-77",
            "conversation_id": "web-1",
            "created_at": START,
            "updated_at": START + timedelta(hours=5),
            "comments": [
                {"author": "ivan@ejemplo.edu.co", "text": "Ya puedes.", "is_public": True, "at": START},
                {"author": str(oid(1)), "message": "Gracias."},
                "solo entre nosotros",
                {"autor": "x"},
            ],
        },
        {"_id": oid(51), "correo": "luis@ejemplo.edu.co", "mensaje": "¿Y mi certificado?", "estado": "raro"},
        {"_id": oid(52), "email": "sin-arroba", "subject": "x", "message": "y", "created_at": START},
    ]


def exports() -> list[dict[str, Any]]:
    row = {"usuario": "Iván", "email": "ivan@ejemplo.edu.co", "tipo": "conversaciones", "fecha": START}
    return [
        {"_id": oid(60), **row, "archivo": "exports/conversaciones_1.csv", "total": 12},
        {"_id": oid(61), **row, "nombre_archivo": "../../secreto.csv"},
        {"_id": oid(62), "fecha": START},
    ]


def fill(database: Any) -> None:
    database["users"].insert_many(users())
    database["user_settings"].insert_many(settings())
    database["logs"].insert_many(logs())
    database["tickets"].insert_many(tickets())
    database["exports"].insert_many(exports())
    database["intents"].insert_one({"intent": "certificados"})
