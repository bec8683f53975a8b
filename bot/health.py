"""How the process is, for whoever watches it: alive, ready, and in numbers for Prometheus."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, request_response

from bot.commands.base import Desk
from bot.jobs import Jobs
from bot.local.page.guard import Guard
from bot.settings import Settings
from db import audits, overview, runs
from domain.errors import StoreError

STORE_SECONDS = 2.0  # a store that takes longer to say how many papers it has is not well
BEAT_SECONDS = 60.0  # in which planning and delivering must have ended well


def routes(desk: Desk, settings: Settings, jobs: Jobs) -> list[BaseRoute]:
    """`/healthz` and `/readyz`, open to all since they tell nothing; `/metrics`, which the page's token guards."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(request: Request) -> Response:
        wrong = late(jobs, time.monotonic())
        try:
            await asyncio.wait_for(desk.store.read(runs.latest), STORE_SECONDS)
        except (StoreError, TimeoutError):
            wrong = [*wrong, "the store"]
        if wrong:
            return PlainTextResponse(f"not ready: {', '.join(wrong)}\n", HTTPStatus.SERVICE_UNAVAILABLE)
        return PlainTextResponse("ready\n")

    async def metrics(request: Request) -> Response:
        numbers, ran, audited = await desk.store.read(_look)
        told = measured(numbers, ran, audited, jobs, time.monotonic())
        return Response(told, headers={"content-type": CONTENT_TYPE_LATEST})

    there = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return [Route(path, Guard(request_response(view), settings, _refuse)) for path, view in there.items()]


def late(jobs: Jobs, now: float) -> list[str]:
    """The jobs that should have ended well by now, and did not; `now` counts monotonic seconds."""
    watched = [job.name for job in jobs.jobs if job.name == "plan" or job.name.startswith("deliver ")]
    return [name for name in watched if now - jobs.ended.get(name, jobs.began) > BEAT_SECONDS]


def measured(
    numbers: overview.Numbers, ran: Sequence[runs.Run], audited: audits.Night | None, jobs: Jobs, now: float
) -> bytes:
    """Everything in numbers, as Prometheus reads it: https://prometheus.io/docs/instrumenting/exposition_formats/"""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"paperround_{name}", meaning, labels, registry=registry)

    gauge("papers", "Papers in the store.").set(numbers.papers)
    gauge("channels", "Channels that follow something.").set(numbers.channels)
    gauge("subscriptions", "Subscriptions of all channels.").set(numbers.subscriptions)
    gauge("editions", "Editions there ever were.").set(numbers.editions)
    gauge("store_bytes", "The store's size in bytes.").set(numbers.size)
    deliveries = gauge("deliveries", "Deliveries by state.", "state")
    for state, many in numbers.deliveries.items():
        deliveries.labels(state).set(many)
    outcome = gauge("source_outcome", "What a source's last run came to: 1 beside its outcome.", "source", "outcome")
    finished = gauge("source_finished_timestamp_seconds", "When a source's last run ended, in Unix seconds.", "source")
    for run in ran:
        for each in runs.OUTCOMES:
            outcome.labels(run.source, each).set(run.outcome == each)
        finished.labels(run.source).set(run.finished_at.timestamp())
    breaches = gauge("audit_breaches", "Rows that broke a promise, as the last night's audit found.")
    at = gauge("audit_timestamp_seconds", "When that was, in Unix seconds; 0 before the first.")
    if audited:
        breaches.set(audited.breaches)
        at.set(audited.audited_at.timestamp())
    age = gauge("job_age_seconds", "Seconds since a job last ended well.", "job")
    failures = Counter("paperround_job_failures", "How often a job failed.", ["job"], registry=registry)
    for job in jobs.jobs:
        age.labels(job.name).set(now - jobs.ended.get(job.name, jobs.began))
        failures.labels(job.name).inc(jobs.failed[job.name])
    return generate_latest(registry)


def _look(connection: Connection) -> tuple[overview.Numbers, list[runs.Run], audits.Night | None]:
    return overview.numbers(connection), runs.latest(connection), audits.last(connection)


def _refuse(request: Request, status: HTTPStatus, what: str, hint: str) -> Response:
    return PlainTextResponse(f"{what} {hint}\n", status)
