"""The institution's colour and picture: a colour that white text cannot be read on is refused at start."""

from collections.abc import Iterator

from apps.core import brand
from apps.core.checks.rules import Environment, Finding, environment_check, is_http_url


@environment_check
def looks(env: Environment) -> Iterator[Finding]:
    color, logo = env.BRAND_COLOR, env.BRAND_LOGO
    if color and not brand.HEX.fullmatch(color):
        yield "E027", f"BRAND_COLOR: «{color}» no es un color.", "Escribe seis cifras: #2c7a00."
    elif color and brand.contrast(color, brand.WHITE) < brand.READABLE:
        seen = f"{brand.contrast(color, brand.WHITE):.1f}"
        hint = f"Elige uno más oscuro: el contraste con blanco es {seen} y debe ser {brand.READABLE} o más."
        yield "E025", f"BRAND_COLOR: sobre {color} no se lee el texto blanco.", hint
    is_path = logo.startswith("/") and not logo.startswith("//")
    if logo and not is_path and not (is_http_url(logo) and logo.startswith("https://")):
        hint = "Escribe una dirección https, o una ruta de este sitio que empiece por /."
        yield "E026", f"BRAND_LOGO: «{logo}» no es una imagen que las páginas puedan mostrar.", hint
