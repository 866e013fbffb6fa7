"""Tables for the import pages of Django admin, and what those pages say."""

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S|\son[a-z]+=|\sstyle=|<style", re.IGNORECASE
)
STUDENTS, TUTORS, CERTIFICATES = (f"/admin/accounts/{m}/" for m in ("studentrecord", "tutor", "certificate"))
HEADER = "email,documento,nombre,estado,programa,ficha,modalidad,jornada,fecha_inicio,fecha_fin,tutor_email"
ROWS = (
    "ANA@ejemplo.edu.co,1012,Ana Rojas,en formacion,Sistemas,27,,Mañana,2026-02-02,15/12/2027,rosa@y.co",
    "luis@ejemplo.edu.co,,Luis Díaz,CERTIFICADO,Cocina,,,,,,",
)


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows)).encode()


def sheet(*rows: list[Any]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def upload(client: Client, path: str, content: bytes, name: str = "datos.csv") -> Any:
    page = client.post(f"{path}import/", {"import_file": SimpleUploadedFile(name, content), "resource": "0"})
    assert page.status_code == 200
    assert not INLINE.search(page.content.decode())
    return page


def confirm(client: Client, path: str, page: Any) -> Any:
    return client.post(f"{path}process_import/", page.context["confirm_form"].initial, follow=True)


def problems(page: Any) -> str:
    assert "confirm_form" not in page.context
    found = re.search(
        r'(?s)<section class="sheet-problems".*?</section>|<ul class="errorlist.*?</ul>', page.text
    )
    assert found, page.text
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def waiting() -> list[Path]:
    folder = Path(settings.ENV.DATA_DIR) / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def exported(client: Client, path: str, format_: str, query: str = "") -> Any:
    page = client.get(f"{path}export/{query}")
    assert not INLINE.search(page.content.decode())
    return client.post(f"{path}export/{query}", {"format": format_, "resource": "0"})
