"""The fields of HAR 1.2 as its specification has them: names, types, and which may be absent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Part(BaseModel):
    """Only the specification's names."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Pair(Part):
    name: str
    value: str
    comment: str = ""


class Cookie(Pair):
    path: str = ""
    domain: str = ""
    expires: str = ""
    httpOnly: bool = False
    secure: bool = False


class PostData(Part):
    mimeType: str
    params: list[Pair] = []
    text: str = ""


class HarRequest(Part):
    method: str
    url: str
    httpVersion: str
    cookies: list[Cookie]
    headers: list[Pair]
    queryString: list[Pair]
    postData: PostData | None = None
    headersSize: int = Field(ge=-1)
    bodySize: int = Field(ge=-1)


class HarContent(Part):
    size: int = Field(ge=0)
    compression: int = 0
    mimeType: str
    text: str = ""
    encoding: str = ""


class HarResponse(Part):
    status: int
    statusText: str
    httpVersion: str
    cookies: list[Cookie]
    headers: list[Pair]
    content: HarContent
    redirectURL: str
    headersSize: int = Field(ge=-1)
    bodySize: int = Field(ge=-1)


class HarCache(Part):
    beforeRequest: dict[str, Any] | None = None
    afterRequest: dict[str, Any] | None = None


class HarTimings(Part):
    blocked: float = Field(-1, ge=-1)
    dns: float = Field(-1, ge=-1)
    connect: float = Field(-1, ge=-1)
    send: float = Field(ge=0)
    wait: float = Field(ge=0)
    receive: float = Field(ge=0)
    ssl: float = Field(-1, ge=-1)


class Entry(Part):
    pageref: str | None = None
    startedDateTime: str
    time: float = Field(ge=0)
    request: HarRequest
    response: HarResponse
    cache: HarCache
    timings: HarTimings
    serverIPAddress: str = ""
    connection: str = ""

    @model_validator(mode="after")
    def agree(self) -> Entry:
        """``time`` is the sum of the parts that apply, and ``ssl`` is in ``connect``."""
        datetime.fromisoformat(self.startedDateTime)
        parts = self.timings.model_dump(exclude={"ssl"}).values()
        assert abs(sum(part for part in parts if part >= 0) - self.time) < 1e-3
        assert self.timings.ssl <= max(self.timings.connect, -1)
        return self


class Creator(Part):
    name: str
    version: str


class Log(Part):
    version: str
    creator: Creator
    browser: Creator | None = None
    pages: list[dict[str, Any]] = []
    entries: list[Entry]


class Archive(Part):
    log: Log


def check_har(document: dict[str, Any]) -> None:
    """Raise ValidationError unless ``document`` is an archive of version 1.2."""
    assert Archive.model_validate(document).log.version == "1.2"
