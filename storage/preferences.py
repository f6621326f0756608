"""What people have chosen for themselves, by name: `language` and the like."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.tables import preferences


def of(connection: sa.Connection, user_id: int) -> dict[str, str]:
    """What someone has chosen."""
    rows = connection.execute(_OF, {"user": user_id})
    return {row.name: row.value for row in rows}


def choose(connection: sa.Connection, user_id: int, name: str, value: str | None) -> None:
    """Keep what someone chose; None leaves it to the bot again."""
    if value is None:
        where = (preferences.c.user_id == user_id) & (preferences.c.name == name)
        connection.execute(sa.delete(preferences).where(where))
        return
    row = insert(preferences).values(user_id=user_id, name=name, value=value)
    changed = row.on_conflict_do_update(
        index_elements=["user_id", "name"], set_={"value": row.excluded.value}
    )
    connection.execute(changed)


_OF = sa.select(preferences.c.name, preferences.c.value).where(
    preferences.c.user_id == sa.bindparam("user")
)
