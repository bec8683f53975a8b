"""What Slack makes of what people type."""

from __future__ import annotations

import re

from tests.slackd.refused import Json

_URL = re.compile(r"https?://[^\s<>]+")


def as_stored(text: str) -> str:
    """What Slack makes of what was typed into a message: escaped, addresses marked."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"&lt;(@[UW]\w+|#C\w+)&gt;", r"<\1>", text)
    return _URL.sub(lambda found: f"<{found[0]}>", text)


def shared(text: str, domains: list[str]) -> list[Json]:
    """The links in a message that lead to these domains or below them."""
    found = []
    for url in re.findall(r"<(https?://[^|>]+)", text):
        host = url.split("/")[2]
        domain = next((each for each in domains if host == each or host.endswith(f".{each}")), None)
        if domain:
            found.append({"domain": domain, "url": url})
    return found
