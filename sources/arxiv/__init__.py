"""arXiv, by the three ways it has of telling what is new."""

from sources.arxiv.source import Arxiv

__all__ = ["Arxiv"]
