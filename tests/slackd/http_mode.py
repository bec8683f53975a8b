"""HTTP delivery: requests signed with the signing secret, to the address that the app is reached by."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from urllib.parse import urlencode

import aiohttp

from tests.slackd.envelopes import Envelope, Lost
from tests.slackd.hub import Hub
from tests.slackd.refused import Json


class HttpMode:
    """Posts to the app."""

    def __init__(self, hub: Hub, address: str, session: aiohttp.ClientSession) -> None:
        self.hub = hub
        self.address = address
        self.session = session

    def signed(self, body: str, at: float | None = None, secret: str = "") -> dict[str, str]:
        """The headers that prove who sent this, and when."""
        stamp = str(int(self.hub.now() if at is None else at))
        key = (secret or self.hub.signing_secret).encode()
        digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: str, headers: dict[str, str], patience: float = 3.0) -> tuple[int, str]:
        """What the app answers to this very request."""
        timeout = aiohttp.ClientTimeout(total=patience)
        async with self.session.post(self.address, data=body.encode(), headers=headers, timeout=timeout) as answer:
            return answer.status, await answer.text()

    async def verify(self) -> None:
        """Ask whether the app really listens there, as when the address is entered."""
        challenge = secrets.token_hex(16)
        body = json.dumps({"type": "url_verification", "token": "not-used-any-more", "challenge": challenge})
        status, text = await self.post(body, {"Content-Type": "application/json", **self.signed(body)})
        assert status == 200
        assert challenge in text

    async def deliver(self, envelope: Envelope, attempt: int, reason: str, patience: float) -> Json:
        """Send it as Slack does. Only events are sent again; a person sees that nothing happened."""
        if envelope.kind == "events_api":
            body, form = json.dumps(envelope.payload), "application/json"
        elif attempt:
            return {}
        elif envelope.kind == "interactive":
            body, form = urlencode({"payload": json.dumps(envelope.payload)}), "application/x-www-form-urlencoded"
        else:
            body, form = urlencode(envelope.payload), "application/x-www-form-urlencoded"
        headers = {"Content-Type": form, **self.signed(body)}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            status, text = await self.post(body, headers, patience)
        except (TimeoutError, asyncio.CancelledError, aiohttp.ClientError) as error:
            if isinstance(error, asyncio.CancelledError):
                raise
            raise Lost("http_timeout" if isinstance(error, TimeoutError) else "connection_failed") from None
        if status != 200:
            raise Lost("http_error")
        envelope.heard()
        if not text:
            return {}
        try:
            told = json.loads(text)
        except json.JSONDecodeError:
            return {"text": text}
        return told if isinstance(told, dict) else {}
