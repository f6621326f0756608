"""A Telegram in the browser: a Bot API server, a chat page, and an offline model."""
