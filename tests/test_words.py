"""What the bot says, in each language: all of it, with the same variables, and nothing unused."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.words import LANGUAGES, LOCALES, LONGEST, spoken, words_in
from handlers.mentions import FORWARDED
from handlers.redo import PLEASE_GO_ON

ROOT = Path(__file__).parent.parent
CODE = [file for folder in ("bot", "handlers") for file in (ROOT / folder).rglob("*.py")]
AN_ID = re.compile(r"[a-z]+(-[a-z0-9]+)+")
A_SENTENCE = re.compile(r"[A-Z][a-z]+|[a-z]+ [a-z]+ [a-z]+")
FOR_THE_MODEL = {FORWARDED, PLEASE_GO_ON, "Somebody"}
A_NAME = {"English"}  # of itself, in any language


class Uses(Visitor):
    """Which variables and other messages a message uses, and which it chooses by."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - its name
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802 - its name
        self.messages.add(node.id.name)


@cache
def messages(language: str) -> dict[str, Uses]:
    """Each message of a language, and what it uses itself."""
    found = {}
    for file in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{file}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{entry.id.name} is there twice"
                found[entry.id.name] = Uses()
                found[entry.id.name].visit(entry)
    return found


def variables(language: str, message: str) -> set[str]:
    """What a message is filled in with, and the messages within it."""
    uses = messages(language)[message]
    return uses.variables.union(*(variables(language, each) for each in uses.messages))


ENGLISH = messages("en")


def literals() -> set[str]:
    """All texts in the code that may be the name of a message."""
    return {
        node.value
        for file in CODE
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and AN_ID.fullmatch(node.value)
    }


def said() -> list[tuple[str, str, set[str]]]:
    """Where the code says a message that it names: the place, the message, and its variables."""
    return [
        (f"{file.name}:{node.lineno}", name, {str(each.arg) for each in node.keywords})
        for file in CODE
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _says(node.func)
        for name in _named(node.args[0])
    ]


def _says(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="words") | ast.Attribute(attr="words"):
            return True
        case _:
            return False


def _named(argument: ast.expr) -> list[str]:
    """The messages that an expression may be: a name, or one of two."""
    match argument:
        case ast.Constant(value=str(name)):
            return [name]
        case ast.IfExp():
            return [*_named(argument.body), *_named(argument.orelse)]
        case _:
            return []


def _spoken(node: ast.AST) -> set[str]:
    """The texts in code that may come before people."""
    if _is_silent(node):
        return set()
    own = {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
    within = (each for each in ast.iter_child_nodes(node) if each is not _returns(node))
    return own.union(*map(_spoken, within))


def _returns(node: ast.AST) -> ast.expr | None:
    """What a function is said to return, which may be written as a text."""
    return getattr(node, "returns", None)


def _is_silent(node: ast.AST) -> bool:
    """Whether code is a docstring, or for who runs the bot."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Raise():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return True
        case _:
            return False


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_there_with_the_same_variables(language: str) -> None:
    here = messages(language)

    assert here.keys() == ENGLISH.keys()
    assert {each: variables(language, each) for each in here} == {
        each: variables("en", each) for each in ENGLISH
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_in_the_file_of_the_same_name(language: str) -> None:
    def places(language: str) -> dict[str, list[str]]:
        return {
            file.name: re.findall(r"^([\w-]+) =", file.read_text(encoding="utf-8"), re.MULTILINE)
            for file in (LOCALES / language).glob("*.ftl")
        }

    assert places(language) == places("en")


def test_each_message_is_said_somewhere() -> None:
    within = {name for uses in ENGLISH.values() for name in uses.messages}

    assert ENGLISH.keys() - literals() - within == set()


def test_each_message_that_is_said_exists_and_is_filled_in() -> None:
    calls = said()
    wrong = [
        (place, name, given)
        for place, name, given in calls
        if name not in ENGLISH or given != variables("en", name)
    ]

    assert len(calls) > 10
    assert wrong == []


def test_a_name_of_a_message_is_written_as_it_is() -> None:
    areas = {name.partition("-")[0] for name in ENGLISH}
    names = {each for each in literals() if each.partition("-")[0] in areas}

    assert names - ENGLISH.keys() == set()


def test_what_people_read_stands_in_the_files() -> None:
    files = (ROOT / "handlers").rglob("*.py")
    written = {
        text for file in files for text in _spoken(ast.parse(file.read_text(encoding="utf-8")))
    }

    assert {text for text in written if A_SENTENCE.search(text)} == FOR_THE_MODEL | A_NAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_very_long_text_the_beginning_is_said(language: str) -> None:
    words = words_in(language)

    assert "x" * LONGEST in words("photo-not-fetched", url="x" * LONGEST)
    assert f"{'x' * (LONGEST - 1)}…" in words("photo-not-fetched", url="x" * (LONGEST + 1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 5, 11, 21, 1_000_000])
def test_each_message_can_be_said(language: str, count: int) -> None:
    words = words_in(language)

    for message in ENGLISH:
        filled: dict[str, Any] = dict.fromkeys(variables(language, message), count)
        assert words(message, **filled).strip()


@pytest.mark.parametrize(
    ("telegram", "language"),
    [("en", "en"), ("ru", "ru"), ("zh-hans", "zh"), ("RU", "ru"), ("de", "zh"), ("", "zh")],
)
def test_a_language_goes_by_its_first_two_letters(telegram: str, language: str) -> None:
    assert spoken(telegram, otherwise="zh") == language
    assert spoken(None, otherwise="zh") == "zh"


def test_a_figure_is_written_as_the_language_writes_it() -> None:
    figures = [words_in(language).figure("1,234.50") for language in LANGUAGES]

    assert figures == ["1,234.50", "1,234.50", "1\N{NO-BREAK SPACE}234,50"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_on_a_picture_can_be_drawn(language: str) -> None:
    words = words_in(language)
    drawn = [
        words("chart-usd"),
        words("chart-tokens"),
        words("chart-tokens-unpriced"),
        words("chart-others"),
        *(words("chart-day", day="1", month=month) for month in range(1, 13)),
    ]

    assert [text for text in drawn if max(map(ord, text)) > 0x2100] == []  # no sign of Chinese
