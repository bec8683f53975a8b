"""Asking Slack's Web API: one session, bounded in time and size, and nothing that sends a message twice."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outcomes import Reply

SECONDS, CONNECT_SECONDS, CONNECTIONS = 15, 10, 500  # a courier waits 30 seconds for all of it
READS = {
    *("auth.test", "conversations.history", "conversations.replies", "conversations.info"),
    *("users.conversations", "users.info"),
}
LARGEST = 8_000_000  # bytes of an answer; a page of a history is a tenth of that
# The libraries write headers and bodies at DEBUG, and addresses with tickets when they cannot connect.
LOG = logging.getLogger("slack")
log = logging.getLogger(__name__)
LOG.setLevel(logging.WARNING)
_HUSH = re.compile(r"(xox[a-z.-]*-|xapp-|(?:ticket|token|secret|code)=)[^\s&'\"]+", re.IGNORECASE)


class _Hushed(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _HUSH.sub(r"\1…", record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _HUSH.sub(r"\1…", logging.Formatter().formatException(record.exc_info))
        return True


LOG.addFilter(_Hushed())


class _Bounded(aiohttp.ClientResponse):
    async def read(self) -> bytes:
        if self._body is None:
            body = bytearray()
            async for chunk in self.content.iter_any():
                body += chunk
                if len(body) > LARGEST:
                    self.close()
                    raise aiohttp.ClientPayloadError(f"an answer of more than {LARGEST:,} bytes")
            self._body = bytes(body)
        return self._body


class Web:
    """The Web API at an address, while it is `opened`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.proxy = load_http_proxy_from_env(LOG)  # as slack_sdk does by itself
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """What all requests share."""
        if self._session is None:
            raise RuntimeError("Slack is asked before it is connected")
        return self._session

    async def __aenter__(self) -> Web:
        # Our own clock decides what is too late, so that a slow answer is not taken for none.
        timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=CONNECT_SECONDS)
        # Waiting for a free connection would count as waiting for Slack.
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, response_class=_Bounded)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    def client(self, token: str | None, *, patient: bool = False) -> AsyncWebClient:
        """slack_sdk's client. A `patient` one asks again, once, where Slack asked to wait: for what changes nothing.

        Its own handler would repeat a request whose connection broke, and so post twice: it is always off.
        """
        handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)] if patient else []
        return AsyncWebClient(
            token, base_url=self.url, timeout=SECONDS, session=self._session, logger=LOG, retry_handlers=list(handlers)
        )

    async def call(self, token: str, method: str, *, patient: bool = False, **args: Any) -> Reply:
        """Ask for something. Whatever happens is a reply."""
        reply = await replied(self.client(token, patient=patient), method, **args)
        log.debug("platform=slack %s: %s", method, reply.failed or reply.error or reply.status)
        return reply

    async def respond(self, url: str, **said: Any) -> bool:
        """Answer at an interaction's own address, which serves 5 times within 30 minutes; False where it does not."""
        try:
            async with self.session.post(url, json=said, allow_redirects=False, proxy=self.proxy) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


async def replied(client: AsyncWebClient, method: str, **args: Any) -> Reply:
    """What came back for a request of this client."""
    given = {name: value for name, value in args.items() if value is not None}
    try:
        # Methods that only read see no JSON: docs.slack.dev/apis/web-api#methods_supporting_json
        if method in READS:
            answer = await client.api_call(method, http_verb="GET", params=given)
        else:
            answer = await client.api_call(method, json=given)
    except SlackApiError as error:
        return _reply(error.response)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        return Reply(None, failed=f"Slack cannot be reached ({type(error).__name__})", left=False)
    except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        return Reply(None, failed=f"the connection broke ({type(error).__name__})")
    except (AttributeError, TypeError, ValueError) as error:
        # What slack_sdk raises for an answer that is no JSON object.
        return Reply(None, failed=f"Slack's answer cannot be read ({type(error).__name__})")
    return _reply(answer)


def _reply(answer: Any) -> Reply:
    headers = {str(name).lower(): value for name, value in (getattr(answer, "headers", None) or {}).items()}
    status = getattr(answer, "status_code", getattr(answer, "status", None))
    body = getattr(answer, "data", None)
    wait = str(headers.get("retry-after", "")).strip()
    return Reply(
        status, body if isinstance(body, dict) else {}, float(wait) if wait.replace(".", "", 1).isdecimal() else None
    )
