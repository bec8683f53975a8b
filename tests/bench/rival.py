"""What search is compared with: FTS5's own index over the same texts, asked for any of the words, by its bm25."""

from __future__ import annotations

import json
import re
import sqlite3

from sqlalchemy import Connection, text

PLAIN, PORTER = "unicode61", "porter unicode61"


class Rival:
    """The texts of a store in a plain full-text index, in memory; `tokenize` is FTS5's option of that name."""

    def __init__(self, connection: Connection, tokenize: str) -> None:
        self.index = sqlite3.connect(":memory:")
        self.index.execute(f"CREATE VIRTUAL TABLE plain USING fts5(title, abstract, authors, tokenize = '{tokenize}')")
        rows = connection.execute(text("SELECT number, title, abstract, authors FROM papers"))
        self.index.executemany(
            "INSERT INTO plain (rowid, title, abstract, authors) VALUES (?, ?, ?, ?)",
            ((number, title, abstract, ", ".join(json.loads(names))) for number, title, abstract, names in rows),
        )

    def best(self, words: str, *, title: float = 1.0, limit: int = 10) -> list[int]:
        """The numbers of the papers with any of the words, the best first, where a word in the title weighs so much."""
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", words.lower())))
        return self.ask(asked, title=title, limit=limit)

    def ask(self, expression: str, *, title: float = 1.0, limit: int = 10) -> list[int]:
        """The same for an expression in FTS5's own language."""
        found = self.index.execute(
            "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY bm25(plain, ?) LIMIT ?", (expression, title, limit)
        )
        return [number for (number,) in found]

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()
