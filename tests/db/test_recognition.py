"""One paper from many sources is one paper, and two are two: invariant 1 of the design rests on it."""

from __future__ import annotations

import pytest

from db.store import Store
from tests.bench.recognition import once, recognise
from tests.papers import records
from tests.shared import shared


def test_second_records_of_invented_papers_are_recognised(store: Store) -> None:
    found = recognise(store, records(150, seed=1), records(150, seed=2), seed=3)
    assert (found.wrong, found.strays, found.merged) == (0, 0, 0)
    assert found.recall >= 0.99, found


@pytest.mark.shared
@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_second_records_of_real_papers_are_recognised(store: Store) -> None:
    known = once(shared("data/corpora/hf_daily_2024.jsonl.gz"))
    others = once(shared("data/corpora/arxiv_cs_2025.jsonl.gz"))
    assert (len(known), len(others)) == (2_836, 30_288)
    found = recognise(store, known, others, seed=4)
    assert found.merged == 0, found
    assert found.precision >= 0.99, found
    assert found.recall >= 0.99, found
