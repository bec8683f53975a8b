"""How Slack's clients show a text: what people read, what is a link, and whom it rings.

docs.slack.dev/messaging/formatting-message-text. Where the documentation is silent, the worse of two readings is taken:
formatting works inside links too, and every `:word:` is an emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.slackd.refused import Json

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_ANGLES = re.compile(r"<([^<>]*)>")
_EMOJI = re.compile(r":[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:")
_CALL = re.compile(r"(?<![\w@])@(?:channel|here|everyone)\b")
_STYLES = [
    re.compile(r"```(.+?)```", re.DOTALL),
    re.compile(r"`([^`\n]+)`"),
    *(re.compile(rf"(?<![\w{s}])\{s}(?=\S)([^{s}\n]+?)(?<=\S)\{s}(?![\w{s}])") for s in "*_~"),
]
_QUOTE = re.compile(r"^&gt;\s?", re.MULTILINE)


@dataclass
class Reading:
    """A text as it is shown. `links` are addresses with their words; `rings` is who is called by it."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)

    def add(self, other: Reading) -> None:
        self.text += other.text
        self.links += other.links
        self.rings += other.rings


def seen(text: str) -> str:
    """What of a text meets the eye: without what is invisible, and with single spaces."""
    return " ".join(_INVISIBLE.sub("", text).split())


def mrkdwn(text: str, *, verbatim: bool = False) -> Reading:
    """How a text in Slack's markup is shown."""
    read = Reading()
    if not verbatim:
        read.rings += _CALL.findall(text)
    at = 0
    for found in _ANGLES.finditer(text):
        read.text += _styled(text[at : found.start()])
        at = found.end()
        target, _, label = found[1].partition("|")
        if target.startswith(("!", "@")):
            if not target.startswith("!date"):
                read.rings.append(target)
            read.text += label or f"({target})"
        elif target.startswith("#"):
            read.text += label or f"({target})"
        else:
            shown = _styled(label or target)
            read.links.append((_unescaped(target), shown))
            read.text += shown
    read.text += _styled(text[at:])
    return read


def _styled(text: str) -> str:
    text = _QUOTE.sub("", text)
    for style in _STYLES:
        text = style.sub(r"\1", text)
    return _unescaped(_EMOJI.sub("(an emoji)", text))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _object(text: Json) -> Reading:
    if text["type"] == "plain_text":
        # `emoji` is true unless it says otherwise.
        return Reading(text["text"] if text.get("emoji") is False else _EMOJI.sub("(an emoji)", text["text"]))
    return mrkdwn(text["text"], verbatim=bool(text.get("verbatim")))


def _rich(element: Json) -> Reading:
    match element["type"]:
        case "text":
            return Reading(element["text"])
        case "link":
            words = element.get("text") or element["url"]
            return Reading(words, [(element["url"], words)])
        case "user" | "broadcast" | "usergroup":
            return Reading(f"({element['type']})", rings=[element["type"]])
        case "emoji":
            return Reading("(an emoji)")
        case kind if kind.startswith("rich_text"):
            read = Reading()
            for inner in element["elements"]:
                read.add(_rich(inner))
            read.text += "\n"
            return read
        case _:
            return Reading()


def block(told: Json) -> Reading:
    """How a block is shown, the words on its buttons and menus included."""
    read = Reading()
    for text in _texts(told):
        read.add(_object(text))
        read.text += "\n"
    if told["type"] == "rich_text":
        read.add(_rich(told))
    if told["type"] == "markdown":
        read.text += told["text"]
    return read


def _texts(told: Json) -> Iterator[Json]:
    for value in told.values():
        if isinstance(value, dict) and value.get("type") in {"plain_text", "mrkdwn"}:
            yield value
        elif isinstance(value, dict):
            yield from _texts(value)
        elif isinstance(value, list) and told.get("type") != "rich_text":
            for each in value:
                if isinstance(each, dict):
                    yield from [each] if each.get("type") in {"plain_text", "mrkdwn"} else _texts(each)


def message(blocks: list[Json], text: str = "") -> Reading:
    """How a whole message is shown: its blocks, or the text where there are none. The text rings people as well."""
    read = Reading()
    for each in blocks:
        read.add(block(each))
    notice = mrkdwn(text)
    read.rings += notice.rings
    if not blocks:
        read.add(Reading(notice.text, notice.links))
    return read
