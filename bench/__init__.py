"""How fast, and at what cost."""
