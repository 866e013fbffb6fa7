"""What is exported and imported again is the same."""

import csv
import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.chat.engines.project import Response
from apps.core.errors import Invalid
from apps.core.text import printable
from apps.intents.botproject.annotations import parse_example
from apps.intents.exchange import export_file, read_file
from apps.intents.exchange.rasa_zip import write_rasa
from apps.intents.knowledge import IntentData, mark_example
from apps.intents.selectors import known_intents
from apps.intents.services.importing import import_intents

SIGNS = [
    "|",
    "\n",
    "\\n",
    "\\",
    '"',
    "'",
    "=",
    "+",
    "-",
    "@",
    "{",
    "}",
    "#",
    "<<",
    "~",
    "[",
    "%",
    ";",
    ",",
    "&",
    "\t",
]
WORDS = ["{nombre}", '{"', ": ", "- ", "_x000D_", "😀", "\u2028", "null", "true", "1.0", "!tag", "*a"]
ODD = st.sampled_from([*SIGNS, *WORDS])
CHARS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
TEXT = st.lists(CHARS | ODD, max_size=6).map(lambda parts: printable("".join(parts)).strip())
SOME = TEXT.filter(bool)
WORD = st.text("abcdef", min_size=1, max_size=6)
VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SOME, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(SOME, VALUES, min_size=1, max_size=3)
BUTTONS = st.builds(lambda title, payload: {"title": title, "payload": f"/{payload}"}, SOME, WORD)
DAYS = st.just("") | st.dates().map(str)
ANSWERS = st.builds(
    Response,
    text=SOME,
    buttons=st.lists(BUTTONS, max_size=2).map(tuple),
    image=TEXT,
    custom=st.none() | OBJECTS,
    attachment=st.none() | OBJECTS,
    channel=TEXT,
    conditions=st.dictionaries(WORD, st.booleans() | SOME, max_size=2),
    valid_from=DAYS,
    valid_until=DAYS,
    review_by=DAYS,
)
SENTENCES = SOME.map(lambda text: " ".join(text.split())).filter(
    lambda text: bool(text) and not _is_marked(text)
)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{1,20}", fullmatch=True).filter(
    lambda name: name not in {"back", "nlu_fallback", "restart", "session_start", "need_auth"}
)


def _is_marked(text: str) -> bool:
    found = parse_example(text)
    return found.is_broken or found.example.text != text


@st.composite
def marked(draw: Any) -> str:
    value = draw(st.sampled_from(["", ":z", ":x y"]))
    return f"{draw(WORD)} [{draw(WORD)}]({draw(WORD)}{value}) {draw(WORD)}"


INTENTS = st.builds(
    IntentData,
    name=NAMES,
    examples=st.lists(SENTENCES | marked(), max_size=4, unique=True).map(tuple),
    answers=st.lists(ANSWERS | st.builds(Response, text=SOME), max_size=3).map(tuple),
    title=TEXT,
    description=TEXT,
    requires_auth=st.booleans(),
    is_active=st.booleans(),
    tags=TEXT,
)
PROJECTS = st.lists(INTENTS, min_size=1, max_size=3, unique_by=lambda one: one.name)


def back(format: str, suffix: str, intents: list[IntentData]) -> list[IntentData]:
    return read_back(suffix, export_file(format=format, intents=intents))


def read_back(suffix: str, content: bytes) -> list[IntentData]:
    rows = read_file(name=f"x.{suffix}", content=content)
    assert not [row.error for row in rows if row.error]
    parts: dict[str, list[IntentData]] = {}
    for row in rows:
        parts.setdefault(row.data.name, []).append(row.data)
    return [
        IntentData(
            name,
            tuple(text for one in ones for text in one.examples),
            tuple(answer for one in ones for answer in one.answers),
            ones[0].title,
            ones[0].description,
            ones[0].requires_auth,
            ones[0].is_active,
            ones[0].tags,
        )
        for name, ones in parts.items()
    ]


TRICKY = IntentData(
    "tricky",
    ("a|b", "ruta C:\\nuevo", "{nombre}", '{"a"', "=1+1", "'=1", "- x", "ver [a](e:b) y"),
    (
        Response(text="uno\ndos|tres\\n\\\\n"),
        Response(text="{nombre}, hola"),
        Response(text="'-x"),
        Response(image="https://x/y.png", buttons=({"title": "Sí|no", "payload": "/a"},)),
        Response(
            text="Hasta mayo", valid_from="2026-01-01", valid_until="2026-05-31", review_by="2026-04-01"
        ),
    ),
    title="=HYPERLINK()",
    description="''@x _x000D_",
    tags="'+1",
)


@pytest.mark.parametrize(("format", "suffix"), [("csv", "csv"), ("json", "json"), ("xlsx", "xlsx")])
@settings(deadline=None)
@given(intents=PROJECTS)
@example(intents=[TRICKY])
def test_tables_and_json_come_back_whole(format: str, suffix: str, intents: list[IntentData]) -> None:
    assert back(format, suffix, intents) == intents


@pytest.mark.slow
@settings(deadline=None)
@given(intents=PROJECTS)
@example(intents=[TRICKY])
def test_a_rasa_project_comes_back_as_far_as_rasa_has_words_for_it(intents: list[IntentData]) -> None:
    kept = [
        IntentData(one.name, one.examples, one.answers, one.title, requires_auth=one.requires_auth)
        for one in intents
        if one.is_active
    ]
    if kept:
        assert read_back("zip", write_rasa(intents)) == kept


@given(
    st.lists(
        SENTENCES
        | marked()
        | st.sampled_from(
            [
                '[x]{"entity": "a", "value": "p)q"}',
                '[x][{"entity": "a"}, {"entity": "b", "value": "]}"}]',
                '[x]{"entity": "a:b"}',
            ]
        ),
        max_size=4,
    ).map(" ".join)
)
def test_entity_marks_can_be_read_again(text: str) -> None:
    found = parse_example(text)
    if not found.is_broken and "[" not in found.example.text and "]" not in found.example.text:
        assert parse_example(mark_example(found.example)).example == found.example


@pytest.mark.django_db
def test_long_lists_go_on_in_a_row_below_and_come_back_as_one() -> None:
    examples = tuple(f"frase número {n} " + "x" * 400 for n in range(200))
    one = IntentData("larga", examples, (Response(text="Hola"),))
    content = export_file(format="csv", intents=[one])
    cells = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(cells) > 2
    assert max(len(cell) for row in cells for cell in row) < 32_767
    assert import_intents(rows=read_file(name="x.csv", content=content)).errors == []
    assert known_intents() == [one]


def test_no_cell_of_an_export_is_a_formula() -> None:
    content = export_file(format="csv", intents=[TRICKY]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_answer_that_no_cell_can_hold_is_refused_by_name() -> None:
    one = IntentData("enorme", (), (Response(custom={"a": "x" * 40_000}),))
    with pytest.raises(Invalid, match="«enorme» no cabe"):
        export_file(format="xlsx", intents=[one])
    assert back("json", "json", [one]) == [one]
