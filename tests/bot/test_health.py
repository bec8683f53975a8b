"""How the process is: alive, ready or why not, and in numbers that Prometheus reads; behind the page's token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client.parser import text_string_to_metric_families

from bot import health
from bot.jobs import Job, Jobs
from bot.settings import NO_SECRET, Secret, Settings
from bot.web import serving
from db import audits, runs
from db.store import Store
from tests.bot.page.site import ANYWHERE, Site
from tests.bot.talk import DRAFTS, Talk
from tests.house.tree import codes, table
from tests.papers import NOW
from tests.shared import ROOT

TOKEN = Secret("a-token-of-some-thirty-letters")


async def nothing() -> None:
    """A job that ends well."""


def made(*jobs: Job) -> Jobs:
    return Jobs(list(jobs), lambda: NOW, nothing)


@asynccontextmanager
async def watched(talk: Talk, jobs: Jobs, token: Secret = NO_SECRET) -> AsyncIterator[Site]:
    settings = Settings(page=ANYWHERE, page_token=token)
    async with serving(ANYWHERE, health.routes(talk.desk, settings, jobs)) as address:
        yield Site(talk.store, settings, address=address)


async def test_alive_and_ready(store: Store) -> None:
    async with watched(Talk(store), made(Job("plan", 5, nothing))) as site:
        assert (await site.get("/healthz")).body == b"alive\n"
        assert (await site.get("/readyz")).body == b"ready\n"


async def test_what_is_late_is_named(store: Store) -> None:
    jobs = made(Job("plan", 5, nothing), Job("deliver slack", 5, nothing), Job("fetch arxiv", 600, nothing))
    jobs.began -= health.BEAT_SECONDS + 1
    jobs.ended["plan"] = jobs.began + health.BEAT_SECONDS
    async with watched(Talk(store), jobs) as site:
        said = await site.get("/readyz")
        assert (said.status, said.body) == (503, b"not ready: deliver slack\n")
        assert (await site.get("/healthz")).status == 200


async def test_a_store_that_is_gone_is_named(store: Store) -> None:
    talk = Talk(store)
    async with watched(talk, made()) as site:
        held = asyncio.Event()
        original = talk.store.read

        async def stuck(*_: object, **__: object) -> None:
            await held.wait()

        talk.store.read = stuck  # type: ignore[method-assign, assignment]  # as if its file hung
        try:
            said = await site.get("/readyz")
        finally:
            talk.store.read = original  # type: ignore[method-assign]  # back
        assert (said.status, said.body) == (503, b"not ready: the store\n")


async def test_the_numbers_are_the_store_s_and_the_jobs(store: Store) -> None:
    talk = Talk(store)
    talk.take(DRAFTS)
    await talk.ok("subscribe decoding")
    await talk.ok("digest now")
    with store.writing() as connection:
        runs.record(connection, runs.Run("arxiv", NOW, NOW, "stalled"))
        audits.record(connection, audits.Night(NOW, 1, 2))
    jobs = made(Job("plan", 5, nothing))
    jobs.failed["plan"] += 3
    async with watched(talk, jobs) as site:
        said = await site.get("/metrics")
    assert said.headers["content-type"].startswith("text/plain; version=")
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(said.text)
        for sample in family.samples
    }
    assert found["paperround_papers",] == len(DRAFTS)
    assert found["paperround_channels",] == found["paperround_editions",] == 1
    assert found["paperround_deliveries", "sent"] == 1
    assert found["paperround_store_bytes",] > 0
    assert found["paperround_source_outcome", "arxiv", "stalled"] == 1
    assert found["paperround_source_outcome", "arxiv", "fresh"] == 0
    assert found["paperround_source_finished_timestamp_seconds", "arxiv"] == NOW.timestamp()
    assert found["paperround_audit_breaches",] == 2
    assert found["paperround_audit_timestamp_seconds",] == NOW.timestamp()
    assert found["paperround_job_failures_total", "plan"] == 3
    # And docs/run.md lists exactly those.
    told = [codes(row[0])[0] for row in table(ROOT / "docs" / "run.md", "metric", "what it says")]
    ours = {name.removesuffix("_created") for name, *_ in found if name.startswith("paperround_")}
    assert ours - {"paperround_job_failures"} == {name for name in told if name.startswith("paperround_")}
    assert 0 <= found["paperround_job_age_seconds", "plan"] < 60


async def test_only_the_numbers_ask_for_the_token(store: Store) -> None:
    async with watched(Talk(store), made(), TOKEN) as site:
        assert (await site.get("/healthz")).status == (await site.get("/readyz")).status == 200
        refused = await site.get("/metrics")
        assert refused.status == 401
        assert "paperround_papers" not in refused.text
        assert (await site.get("/metrics", authorization=f"Bearer {TOKEN}")).status == 200
        assert (await site.get("/metrics", host="evil.example")).status == 421


async def test_a_job_that_ends_well_is_remembered(store: Store) -> None:
    ran = asyncio.Barrier(3)

    async def good() -> None:
        await ran.wait()

    async def broken() -> None:
        await ran.wait()
        raise RuntimeError("broken")

    jobs = made(Job("plan", 1000, good), Job("deliver local", 1000, broken))
    stopped = asyncio.Event()
    async with asyncio.timeout(10):
        running = asyncio.create_task(jobs.run(stopped))
        await ran.wait()
        stopped.set()
        await running
    assert set(jobs.ended) == {"plan"}
    assert jobs.failed == {"deliver local": 1}
