"""Stand-in servers, strict where the real ones are."""
