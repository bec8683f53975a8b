"""How Discord says no: status, code and words, as its documentation lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

Json = dict[str, Any]

CODES: Mapping[int, tuple[int, str]] = {
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    40094: (400, "This interaction has reached the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160004: (400, "A thread has already been created for this message"),
}


class Refused(Exception):  # noqa: N818  # it is an answer, not a mishap
    """A request that Discord refuses."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body, self.headers = status, body, dict(headers or {})


def refuse(code: int) -> NoReturn:
    """Refuse by this code."""
    status, message = CODES[code]
    raise Refused(status, {"code": code, "message": message})


UNAUTHORIZED = Refused(401, {"message": "401: Unauthorized", "code": 0})


class Form:
    """Collects what is wrong with a body, each thing at its path, and refuses if anything is."""

    def __init__(self) -> None:
        self.wrong: list[tuple[str, str, str]] = []

    def bad(self, path: str, code: str, message: str) -> None:
        """Note that something is wrong at a path such as `embeds.0.title`."""
        self.wrong.append((path, code, message))

    def need(self, right: object, path: str, message: str, code: str = "BASE_TYPE_BAD") -> None:
        """Note it unless it is right."""
        if not right:
            self.bad(path, code, message)

    def text(self, value: object, path: str, longest: int, shortest: int = 0) -> None:
        """A text of so many characters. Which Discord counts is not known: the count that is larger."""
        if not isinstance(value, str):
            self.bad(path, "BASE_TYPE_STRING", f"Not a string: {value!r:.40}")
        elif size(value) > longest:
            self.bad(path, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length ({size(value)}).")
        elif len(value.strip()) < shortest:
            self.bad(path, "BASE_TYPE_REQUIRED" if not value else "BASE_TYPE_MIN_LENGTH", "This field is required")

    def check(self) -> None:
        """Refuse with everything that is wrong, as Discord nests it."""
        if not self.wrong:
            return
        errors: Json = {}
        for path, code, message in self.wrong:
            at = errors
            for part in path.split(".") if path else []:
                at = at.setdefault(part, {})
            at.setdefault("_errors", []).append({"code": code, "message": message})
        raise Refused(400, {"code": 50035, "message": CODES[50035][1], "errors": errors})


def size(text: str) -> int:
    """Characters, as UTF-16 counts them: never fewer than code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
