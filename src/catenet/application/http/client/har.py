"""Requests as an HTTP Archive (HAR 1.2), which browsers' network panels open."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import catenet.application.http.client.answer as answers
from catenet.application.http.client.timings import Timings
from catenet.application.http.headers import Headers
from catenet.application.http.message import phrase


class HarLog:
    """Collects an entry for each finished answer, in the order in which they finished."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def add(self, request: answers.Outgoing, answer: answers.Answer, body_bytes: int) -> None:
        """An answer whose body of ``body_bytes`` is complete."""
        sent_bytes = len(request.body) if isinstance(request.body, bytes) else -1
        protocol = f"HTTP/{answer.version}"
        entry: dict[str, Any] = {
            "startedDateTime": _date(answer.timings.begun_s),
            "time": _ms(answer.timings.total_s),
            "request": {
                "method": request.method,
                "url": answer.url,
                "httpVersion": protocol,
                "cookies": _cookies(request.headers.get_all("cookie")),
                "headers": _fields(request.headers),
                "queryString": [
                    {"name": name, "value": value}
                    for name, value in parse_qsl(urlsplit(answer.url).query, keep_blank_values=True)
                ],
                "headersSize": -1,
                "bodySize": sent_bytes,
            },
            "response": {
                "status": answer.status,
                "statusText": phrase(answer.status),
                "httpVersion": protocol,
                "cookies": _cookies(answer.headers.get_all("set-cookie"), attributes=True),
                "headers": _fields(answer.headers),
                "content": {"size": body_bytes, "mimeType": answer.headers.get("content-type") or ""},
                "redirectURL": answer.headers.get("location") or "",
                "headersSize": -1,
                "bodySize": body_bytes,
            },
            "cache": {},
            "timings": _timings(answer.timings),
        }
        if answer.peer is not None:
            entry["serverIPAddress"] = str(answer.peer[0])
        if answer.local is not None:
            entry["connection"] = str(answer.local[1])
        self.entries.append(entry)

    def document(self) -> dict[str, Any]:
        """The archive, ready for JSON."""
        creator = {"name": "catenet", "version": version("catenet")}
        return {"log": {"version": "1.2", "creator": creator, "entries": self.entries}}

    def write(self, path: Path | str) -> None:
        """Write the archive.  An older file of this name is replaced when the new one is complete.  Raises OSError."""
        path = Path(path)
        unfinished = path.with_name(path.name + ".tmp")
        unfinished.write_text(json.dumps(self.document(), indent=1) + "\n", encoding="utf-8")
        os.replace(unfinished, path)


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ms(seconds: float | None) -> float:
    return -1 if seconds is None else round(seconds * 1000, 6)


def _timings(timings: Timings) -> dict[str, float]:
    """As HAR has it: ``connect`` includes ``ssl``, and -1 is a part that did not occur."""
    connect_s = timings.connect_s
    if connect_s is not None and timings.tls_s is not None:
        connect_s += timings.tls_s
    return {
        "blocked": _ms(timings.blocked_s),
        "dns": _ms(timings.name_s),
        "connect": _ms(connect_s),
        "ssl": _ms(timings.tls_s),
        "send": _ms(timings.send_s),
        "wait": _ms(timings.wait_s),
        "receive": _ms(timings.receive_s),
    }


def _fields(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _cookies(values: list[str], *, attributes: bool = False) -> list[dict[str, str]]:
    pairs = (
        [value.split(";")[0] for value in values] if attributes else [p for value in values for p in value.split(";")]
    )
    return [
        {"name": name.strip(), "value": value.strip()} for name, _, value in (pair.partition("=") for pair in pairs)
    ]
