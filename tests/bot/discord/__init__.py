"""Discord: its pure parts, and all of it through a Discord to test against."""
