"""Where papers come from: one file per source, and the readers of files."""
