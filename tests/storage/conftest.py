import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import Database, opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "teller.db"


@pytest.fixture
async def database(file: Path, template: Path) -> AsyncIterator[Database]:
    shutil.copy(template, file)
    async with opened(f"sqlite:///{file}") as database:
        yield database
