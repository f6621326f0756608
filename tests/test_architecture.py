"""What holds the code in line: who may know whom, where each library lives, that all has words."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, get_args

import pytest

import bot
import handlers
from bot.answers import Answer, Ending
from bot.images import ImageError
from bot.llm import ModelError
from bot.llm import errors as model_errors
from bot.quota import PriceUnknown, QuotaExceeded
from handlers import buttons, errors
from handlers.presses import Press
from storage.money import Limit, Unit, Window
from tests.english import english

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "handlers", "storage", "playground")
OURS = {*PRODUCT, "tests", "bench"}

# From the top down: a module imports what stands below it, never what stands above.
FLOORS = ("bot.__main__", "playground", "bot.app", "handlers", "bot", "storage")

# Each foreign library and the modules, or packages, that may import it.
HOMES = {
    "PIL": {"bot.images", "playground.files", "playground.reading"},
    "aiohttp": {"bot.links", "bot.wire", "playground.deliveries"},
    "alembic": {"storage.database", "storage.migrations"},
    "fluent": {"bot.words"},
    "genai_prices": {"bot.pricing"},
    "httpx2": {"bot.llm", "bot.llm.errors"},
    "matplotlib": {"bot.plots"},
    "openai": {"bot.llm"},
    "pillow_heif": {"bot.images"},
    "pydantic": {"bot.settings"},
    "prometheus_client": {"bot.metrics"},
    "pydantic_settings": {"bot.settings"},
    "pyromark": {"bot.markup"},
    "rapidocr": {"playground.reading"},
    "sqlalchemy": {"storage"},
    "starlette": {"bot.health", "bot.serving", "bot.webhook", "playground"},
    "telegram": {
        "bot.app",
        "bot.intake",
        "bot.lanes",
        "bot.markup",
        "bot.metrics",
        "bot.outgoing",
        "bot.replies",
        "bot.vigil",
        "bot.webhook",
        "bot.wire",
        "handlers",
        "playground.api",
    },
    "telegramify_markdown": {"bot.markup"},
    "toktok": {"bot.tokens", "playground"},
    "uvicorn": {"bot.serving"},
    "xllamacpp": {"playground.smollm"},
}

# What a test may ask of pytest's monkeypatch: the surroundings of the program, never its functions.
SURROUNDINGS = {"chdir", "delenv", "setenv"}
VAGUE = re.compile(r"utils?|helpers?|base|managers?|common|misc", re.IGNORECASE)
WORDS_OF_A_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Errors that nobody in a chat hears of, and who does.
NOT_FOR_CHATS = {
    "bot.app.WrongDatabase": "whoever starts the bot",
    "bot.app.WrongToken": "whoever starts the bot",
    "bot.breath.MoreToCome": "nobody: what was asked is asked anew with what has come",
    "bot.grammar.WrongLimit": "its own words: it is an admin who said it, or a setting",
    "bot.intake.NoUpdate": "whoever reads the log",
    "bot.lanes.Postponed": "nobody: its update waits for the next start",
    "bot.serving.PortTaken": "whoever starts the bot",
    "bot.settings.WrongSettings": "whoever starts the bot",
    "bot.replies.parts.Missed": "the next look",
    "bot.wire.NotSent": "a network error of Telegram's, tried again",
}

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def files(*packages: str) -> dict[str, Path]:
    """The modules of packages, by their dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
    }


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """All that a file imports, wherever in it: dotted names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                is_inside = is_ours(name) and name not in ALL  # a name in one of our modules
                yield str(node.module) if is_inside else name


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def floor(module: str) -> int:
    return next(number for number, top in enumerate(FLOORS) if is_in(module, top))


ALL = files(*OURS)
MODULES = files(*PRODUCT)
IMPORTS = {module: set(imported(path)) for module, path in ALL.items()}
TESTS = {module: path for module, path in ALL.items() if is_in(module, "tests")}


def test_a_module_imports_only_what_stands_below_it() -> None:
    climbing = {
        (module, name)
        for module in MODULES
        for name in IMPORTS[module]
        if is_ours(name) and not (name in MODULES and is_below(name, module))
    }

    assert not climbing


def is_below(name: str, module: str) -> bool:
    return floor(name) >= floor(module)


def test_no_module_imports_itself_by_a_detour() -> None:
    TopologicalSorter({module: IMPORTS[module] & ALL.keys() for module in MODULES}).prepare()


def test_only_the_top_knows_the_app() -> None:
    knowing = {module for module in ALL if {"bot.app", "bot.__main__"} & IMPORTS[module]}
    outside = {module for module in knowing if module.partition(".")[0] in {"tests", "bench"}}

    assert knowing - outside == {"bot.__main__", "playground.playing"}


def test_a_library_is_used_at_home_only() -> None:
    astray = {
        (module, library)
        for module in MODULES
        for library in libraries(module)
        if not any(is_in(module, home) for home in HOMES.get(library, ()))
    }

    assert not astray


def test_each_home_is_lived_in() -> None:
    empty = {
        (library, home)
        for library, homes in HOMES.items()
        for home in homes
        if not any(library in libraries(module) for module in MODULES if is_in(module, home))
    }

    assert not empty


def libraries(module: str) -> set[str]:
    """The foreign libraries that a module imports."""
    return {name.partition(".")[0] for name in IMPORTS[module]} - OURS - sys.stdlib_module_names


def test_the_package_that_is_top_and_bottom_holds_nothing_itself() -> None:
    [only] = tree(MODULES["bot"]).body

    assert isinstance(only, ast.Expr)  # its docstring


def test_one_place_at_most_catches_everything() -> None:
    broad = [
        module
        for module, path in files("bot", "handlers", "storage").items()
        for node in ast.walk(tree(path))
        if is_broad(node)
    ]

    assert len(broad) <= 1, broad


def is_broad(node: ast.AST) -> bool:
    """Whether this catches everything: `except`, or `suppress` of the broadest kinds."""
    match node:
        case ast.ExceptHandler(type=None):
            return True
        case ast.ExceptHandler(type=ast.expr() as caught):
            kinds: list[ast.expr] = [caught]
        case ast.Call(func=ast.Name(id="suppress")):
            kinds = node.args
        case _:
            return False
    names = {each.id for kind in kinds for each in ast.walk(kind) if isinstance(each, ast.Name)}
    return bool(names & {"BaseException", "Exception"})


def test_no_test_uses_mocks() -> None:
    assert not {(test, name) for test in TESTS for name in IMPORTS[test] if "mock" in name}
    assert not {
        test
        for test, path in TESTS.items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.arg) and node.arg == "mocker"
    }


def test_tests_change_only_the_surroundings_of_the_program() -> None:
    changes = {
        (test, node.attr)
        for test, path in TESTS.items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "monkeypatch"
    }

    assert {change for _, change in changes} <= SURROUNDINGS, changes


def test_a_module_fits_into_a_head() -> None:
    lengths = {module: len(path.read_text().splitlines()) for module, path in MODULES.items()}

    assert not {module: length for module, length in lengths.items() if length > 300}


def test_names_say_what_is_meant() -> None:
    modules = {module.rpartition(".")[2] for module in ALL}
    classes = {
        WORDS_OF_A_NAME.findall(node.name)[-1]
        for path in ALL.values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }

    assert not {word for word in modules | classes if VAGUE.fullmatch(word)}


def test_a_module_says_in_a_line_what_it_is() -> None:
    said = {module: ast.get_docstring(tree(path)) for module, path in MODULES.items()}

    assert not {module for module, words in said.items() if not words}


def heirs(kind: type[Exception]) -> set[type[Exception]]:
    """All kinds below a kind."""
    children = set(kind.__subclasses__())
    return children.union(*(heirs(child) for child in children))


KINDS = sorted(heirs(ModelError) | heirs(ImageError), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_of_error_has_words_of_its_own(kind: type[Exception]) -> None:
    own = errors.WORDS[kind]

    assert errors.worded(kind.__new__(kind), NOW, english) == english(own)  # whatever it carries
    assert list(errors.WORDS.values()).count(own) == 1
    assert issubclass(kind, errors.TOLD)


@pytest.mark.parametrize("window", Window)
@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("subject", ["user:7", "group:-100", "bot"])
def test_a_limit_without_room_has_words(subject: str, unit: Unit, window: Window) -> None:
    limit = Limit(subject=subject, unit=unit, window=window, amount=10)
    resets_at = None if window is Window.TOTAL else NOW
    said = errors.worded(QuotaExceeded(limit, 9, resets_at), NOW, english)

    assert unit in said
    assert issubclass(QuotaExceeded, errors.TOLD)


def test_a_price_that_nobody_knows_has_words() -> None:
    assert "gpt-x" in errors.worded(PriceUnknown("gpt-x"), NOW, english)
    assert issubclass(PriceUnknown, errors.TOLD)


@pytest.mark.parametrize("ending", Ending)
def test_each_ending_of_an_answer_has_words(ending: Ending) -> None:
    assert errors.note(Answer("", ending), english) or ending is Ending.WHOLE


def test_every_error_of_the_bot_is_told_to_somebody() -> None:
    # storage's own two are told by the lanes and to whoever starts the bot.
    kinds = {
        f"{kind.__module__}.{kind.__name__}": kind
        for module in submodules(bot, handlers)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, BaseException) and kind.__module__ == module.__name__
    }
    silent = {name for name, kind in kinds.items() if not issubclass(kind, errors.TOLD)}

    assert silent == NOT_FOR_CHATS.keys()


def submodules(*packages: Any) -> Iterator[Any]:
    for package in packages:
        yield package
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.endswith("__main__"):
                yield importlib.import_module(each.name)


def test_the_tree_of_model_errors_is_drawn_in_full() -> None:
    drawn = set(re.findall(r"[├└]─ (\w+)", model_errors.__doc__ or ""))

    assert drawn == {kind.__name__ for kind in heirs(ModelError)}


def test_no_two_commands_go_by_one_name() -> None:
    names = [command.name for command in handlers.COMMANDS]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("command", handlers.COMMANDS, ids=lambda command: command.name)
def test_a_command_is_as_telegram_takes_it(command: handlers.Command) -> None:
    # core.telegram.org/bots/api#botcommand
    assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
    assert 1 <= len(english(command.description)) <= 256


@pytest.mark.parametrize("for_admins", [False, True], ids=["users", "admins"])
def test_a_menu_is_as_long_as_telegram_takes_it(*, for_admins: bool) -> None:
    # core.telegram.org/bots/api#setmycommands
    assert 1 <= len(handlers.menu(english, for_admins=for_admins)) <= 100


def test_each_button_does_one_thing_and_says_for_whom() -> None:
    assert not buttons.FOR_ADMINS.keys() & buttons.FOR_EVERYBODY.keys()
    assert buttons.FOR_ADMINS.keys() | buttons.FOR_EVERYBODY.keys() == set(get_args(Press))
