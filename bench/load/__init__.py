"""Many updates, many chats, many turns: how long it takes, and what it takes of memory."""
