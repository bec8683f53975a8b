"""What the server says no to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class Refused(Exception):  # noqa: N818  # it is an answer, not a mishap
    """A request is not taken: Slack's word for why, and the details it gives as `response_metadata.messages`."""

    def __init__(self, error: str, *details: str, **more: Any) -> None:
        super().__init__(": ".join([error, *details]))
        self.error = error
        self.details = details
        self.more = more


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused by the rules, not because a test asked for it."""

    where: str
    error: str
    details: tuple[str, ...] = ()
    args: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.where} {self.error} {'; '.join(self.details)[:1500]}"
