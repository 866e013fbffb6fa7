"""What is written about the project names what is there: links, commands, variables, files, tests."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.core.management import get_commands

from tutorbot.env import BASE_DIR, Env

GUIDE = BASE_DIR / "docs" / "guia.md"
INDEX = BASE_DIR / "docs" / "README.md"
DOCUMENTS = [
    *(BASE_DIR / name for name in ("README.md", "SECURITY.md", "rasa/README.md")),
    *sorted((BASE_DIR / "docs").rglob("*.md")),
]
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
LINKED = re.compile(r"\[[^]]*\]\([^)\s]+\)")
PLACE = re.compile(r"(?:apps|docker|docs|rasa|requirements|scripts|static|templates|tests|tutorbot)/[\w./-]+")
LAUNCHER = frozenset({"PYTHON", "TUTORBOT_VENV"})
"""Read before there is anything to read the environment with (Makefile, tutorbot/launch.py)."""


def code_of(text: str) -> str:
    """What stands in fences and between backticks."""
    return "\n".join([*FENCED.findall(text), *SPAN.findall(FENCED.sub("", text))])


def each(pattern: str) -> Iterator[tuple[str, str]]:
    """Page and first group of whatever code on any page matches."""
    for page in DOCUMENTS:
        for found in re.findall(pattern, code_of(page.read_text())):
            yield str(page.relative_to(BASE_DIR)), found


def anchors_of(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-") for text in plain}


def test_every_link_leads_to_a_file_and_its_heading() -> None:
    broken = []
    for page in DOCUMENTS:
        for link in LINK.findall(FENCED.sub("", page.read_text())):
            path, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in anchors_of(target)):
                broken.append(f"{page.relative_to(BASE_DIR)}: {link}")
    assert broken == []


def test_a_page_that_is_named_in_a_sentence_is_a_link() -> None:
    bare = []
    for page in DOCUMENTS:
        sentences = LINKED.sub("", SPAN.sub("", FENCED.sub("", page.read_text())))
        bare += [f"{page.relative_to(BASE_DIR)}: {name}" for name in re.findall(r"[\w/-]+\.md\b", sentences)]
    assert bare == []


def test_the_index_names_every_page() -> None:
    named = {(INDEX.parent / link).resolve() for link in LINK.findall(INDEX.read_text())}
    pages = {page for page in (BASE_DIR / "docs").rglob("*.md") if page != INDEX}
    assert {str(page.relative_to(BASE_DIR)) for page in pages - named} == set()


def test_every_command_exists() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
    made = set(each(r"(?<![\w.-])make (?:-\S+ )*([a-z][\w-]*)"))
    managed = set(each(r"manage\.py ([a-z][\w]*)"))
    assert {one for one in made if one[1] not in targets} == set()
    assert {one for one in managed if one[1] not in get_commands()} == set()


def test_every_variable_in_a_table_of_the_guide_is_read() -> None:
    compose = BASE_DIR / "compose.yaml"
    elsewhere = set(re.findall(r"\$\{([A-Z_]+)", compose.read_text())) if compose.exists() else set()
    cells = re.findall(r"^\|([^|]*)\|", GUIDE.read_text(), re.MULTILINE)
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)(?:=[^`]*)?`", "\n".join(cells)))
    assert named
    assert named - Env.model_fields.keys() - elsewhere - LAUNCHER == set()


def test_every_file_and_test_that_is_named_exists() -> None:
    missing = []
    for page in DOCUMENTS:
        for span in SPAN.findall(FENCED.sub("", page.read_text())):
            place, _, name = span.partition("::")
            if not PLACE.fullmatch(place):
                continue
            beside = [folder / place for folder in (BASE_DIR, BASE_DIR / "rasa", page.parent)]
            found = next((path for path in beside if path.exists()), None)
            if found is None or (name and f"def {name}(" not in found.read_text()):
                missing.append(f"{page.relative_to(BASE_DIR)}: {span}")
    assert missing == []
