"""What admins may do: by commands, and by the buttons below what those show."""
