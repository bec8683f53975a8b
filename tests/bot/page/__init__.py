"""The page as it is served, and as people see it in a real browser."""
