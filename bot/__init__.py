"""The bot without Telegram's updates: what it knows, asks, prepares and shows."""
