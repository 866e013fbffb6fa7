"""The institution's colour: all shades of the pages made of BRAND_COLOR, each with the contrast it needs."""

import re
from collections.abc import Iterator

HEX = re.compile(r"#[0-9a-fA-F]{6}")
WHITE, BLACK = "#ffffff", "#000000"
READABLE, HIGH = 4.5, 7.0
"""WCAG 2.2, 1.4.3 and 1.4.6: text against what is behind it."""
LIGHT_SURFACE, DARK_SURFACE, BLACK_SURFACE = "#e6ecf1", "#20323f", "#0a1218"
"""Of static/css/brand.css, the ones on which text is the hardest to read."""
OUR_FILL, OUR_STRONG_FILL = "#2c7a00", "#225f00"
"""As brand.css and the loader have them."""


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def strong(color: str) -> str:
    return _mix(color, BLACK, 0.22)


def sheet(color: str) -> str:
    """A style sheet that stands behind brand.css and overrides its hue, look by look."""
    return "\n".join(_rules(color)) + "\n"


def _rules(color: str) -> Iterator[str]:
    deep = _towards(BLACK, color, HIGH, WHITE)
    soft, dark_soft = _mix(color, WHITE, 0.9), _mix(color, DARK_SURFACE, 0.8)
    fills = f"--brand: {color}; --brand-strong: {strong(color)};"
    deep_fills = f"--brand: {deep}; --brand-strong: {strong(deep)};"
    text = _towards(BLACK, color, READABLE, LIGHT_SURFACE, soft)
    deep_text = _towards(BLACK, color, HIGH, LIGHT_SURFACE, soft)
    dark_text = _towards(WHITE, color, READABLE, DARK_SURFACE, dark_soft)
    bright_text = _towards(WHITE, color, HIGH, BLACK_SURFACE, dark_soft)
    dark = f"--brand-text: {dark_text}; --brand-soft: {dark_soft};"
    yield f":root {{ {fills} --brand-text: {text}; --brand-soft: {soft}; }}"
    deep_rule = f"{deep_fills} --brand-text: {deep_text};"
    yield f"@media (prefers-contrast: more) {{ :root {{ {deep_rule} }} }}"
    yield f':root[data-contrast="high"] {{ {deep_rule} }}'
    by_system, more = "@media (prefers-color-scheme: dark)", "(prefers-contrast: more)"
    yield f'{by_system} {{ :root:not([data-theme="light"]) {{ {dark} }} }}'
    yield f':root[data-theme="dark"] {{ {dark} }}'
    bright = f"--brand-text: {bright_text};"
    yield f'{by_system} and {more} {{ :root:not([data-theme="light"]) {{ {bright} }} }}'
    yield f'{by_system} {{ :root[data-contrast="high"]:not([data-theme="light"]) {{ {bright} }} }}'
    yield f':root[data-contrast="high"][data-theme="dark"] {{ {bright} }}'


def _towards(end: str, color: str, least: float, *behind: str) -> str:
    """The nearest mixture of `color` and `end` that is readable on all of these."""
    shades = (_mix(color, end, step / 20) for step in range(21))
    return next((s for s in shades if min(contrast(s, one) for one in behind) >= least), end)


def _channels(color: str) -> list[int]:
    return [int(color[place : place + 2], 16) for place in (1, 3, 5)]


def _mix(color: str, other: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _luminance(color: str) -> float:
    shares = [channel / 255 for channel in _channels(color)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
