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
        self.index.execute("CREATE VIRTUAL TABLE words USING fts5vocab(plain, 'row')")
        (papers,) = self.index.execute("SELECT count(*) FROM plain").fetchone()
        many = self.index.execute("SELECT term FROM words WHERE doc > ?", (papers / 2,))
        self._everywhere = {word for (word,) in many}

    def best(self, words: str, *, title: float = 1.0, limit: int = 10) -> list[int]:
        """The numbers of the papers with any of the words, the best first, where a word in the title weighs so much.

        To FTS5's bm25 a word in more than half of the papers is worth a millionth (`fts5_aux.c` in SQLite's source),
        but takes the most time to count. Where there are others it is left out.
        """
        asked = dict.fromkeys(re.findall(r"\w+", words.lower()))
        telling = [word for word in asked if word not in self._everywhere] or asked
        return self.ask(" OR ".join(f'"{word}"' for word in telling), title=title, limit=limit)

    def ask(self, expression: str, *, title: float = 1.0, limit: int = 10) -> list[int]:
        """The same for an expression in FTS5's own language."""
        found = self.index.execute(
            "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY bm25(plain, ?) LIMIT ?", (expression, title, limit)
        )
        return [number for (number,) in found]

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()
