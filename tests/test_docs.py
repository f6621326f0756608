"""The documentation says what is so."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import handlers
from bot.settings import Settings, read_settings
from tests.english import english

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "storage", "playground")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

Imports = dict[str, tuple[set[str], set[str]]]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sections(name: str) -> dict[str, str]:
    """What stands below each heading of the second rank, as one line of words."""
    _, *parts = re.split(r"^## ", read(name), flags=re.MULTILINE)
    split = [part.partition("\n") for part in parts]
    return {heading.strip("`"): " ".join(body.split()) for heading, _, body in split}


def written(default: Any) -> str:
    """A setting's default as people write it."""
    match default:
        case SecretStr():
            return default.get_secret_value()
        case frozenset() | tuple():
            return ", ".join(str(each) for each in default)
        case _:
            return str(default)


DEFAULTS = {
    name.upper(): written(field.get_default(call_default_factory=True))
    for name, field in Settings.model_fields.items()
}


def test_the_reference_has_a_heading_for_each_setting_in_their_order() -> None:
    assert list(sections("docs/settings.md")) == list(DEFAULTS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_setting_is_described_as_in_the_code(name: str) -> None:
    description = Settings.model_fields[name.lower()].description
    default = f"`{DEFAULTS[name]}`" if DEFAULTS[name] else "none"

    told = sections("docs/settings.md")[name]
    assert f"{told} ".startswith(f"{description} Default: {default}. ")


def test_the_example_has_each_setting_with_its_description_and_default() -> None:
    blocks = [block.split("\n") for block in read(".env.example").strip().split("\n\n")[1:]]
    told = {lines[-1].lstrip("#"): " ".join(line[2:] for line in lines[:-1]) for lines in blocks}

    assert told == {
        f"{name}={default}": Settings.model_fields[name.lower()].description
        for name, default in DEFAULTS.items()
    }


def test_the_example_with_all_its_lines_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = re.sub(r"^#(?=[A-Z_]+=)", "", read(".env.example"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in DEFAULTS:
        monkeypatch.delenv(name, raising=False)

    assert read_settings() == read_settings(_env_file=None)


def test_the_reference_has_a_heading_for_each_command_in_their_order() -> None:
    assert list(sections("docs/commands.md")) == [f"/{each.name}" for each in handlers.COMMANDS]


@pytest.mark.parametrize("command", handlers.COMMANDS, ids=lambda command: command.name)
def test_a_command_is_described_as_in_the_menu(command: handlers.Command) -> None:
    told = sections("docs/commands.md")[f"/{command.name}"]

    where = "Menu" if command.is_in_menu else "Not in the menu"
    assert told.startswith(f"{where}: {english(command.description)}.")
    assert ("Admins only." in told) == command.admins_only
    assert ("Strangers too." in told) == command.strangers_too


def test_the_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    files = [link.partition("#") for link in links if not link.startswith("https://")]

    assert [file for file, _, _ in files if not (page.parent / file).exists()] == []
    for file, _, anchor in files:
        assert not anchor or anchor in anchors(page.parent / file if file else page)


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_are_named_exist(page: Path) -> None:
    folders = "|".join([*OURS, "tests", "docs", "bench", "requirements"])
    named = re.findall(rf"`((?:{folders})/[\w./]*)`", page.read_text(encoding="utf-8"))

    assert [file for file in named if not (ROOT / file).exists()] == []


def test_each_dependency_has_its_sentence() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    optional = project["project"]["optional-dependencies"].values()
    groups = [*optional, *project["dependency-groups"].values()]
    wanted = [*project["project"]["dependencies"], *(each for group in groups for each in group)]
    names = [re.split(r"[^\w-]", each)[0] for each in wanted]

    told = re.findall(r"^- `([\w-]+)`: \w", read("docs/decisions.md"), re.MULTILINE)
    assert sorted(told) == sorted(names)


def test_the_table_of_imports_is_true() -> None:
    rows = re.findall(
        r"^\| `([\w.]+)` \| (.*) \| (.*) \|$", read("docs/architecture.md"), re.MULTILINE
    )
    told = {name: (listed(ours), listed(libraries)) for name, ours, libraries in rows}

    assert told == imports_of()


def listed(cell: str) -> set[str]:
    return set(re.findall(r"`([\w.]+)`", cell))


def imports_of() -> Imports:
    """What each module imports, ours and others; but for bot's, a package is one."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in (file for folder in OURS for file in (ROOT / folder).rglob("*.py")):
        name = grouped(".".join(file.relative_to(ROOT).with_suffix("").parts))
        found[name] |= {grouped(each) for each in imported(file)} - {name, "bot"}
    del found["bot"]  # a docstring
    return {
        name: (
            {each for each in names if is_ours(each)},
            {each for each in names if not is_ours(each)} - sys.stdlib_module_names,
        )
        for name, names in found.items()
    }


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


def imported(file: Path) -> set[str]:
    """The modules that a file imports, in full where they are ours."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def grouped(name: str) -> str:
    """The line of the table that a module is in."""
    top, _, rest = name.removesuffix(".__init__").partition(".")
    return f"bot.{rest.partition('.')[0]}" if top == "bot" and rest else top
