"""Static files: a folder as a handler."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

from catenet.application.http.content import PIECE_BYTES, Content, respond
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Request, Response
from catenet.application.http.ranges import ByteRange

KNOWN_TYPES = mimetypes.MimeTypes()
"""Python's own table: the machine's files of types would make answers differ from machine to machine."""


class FileContent(Content):
    """A file, read piece by piece as the client takes it."""

    def __init__(self, path: Path, etag: str) -> None:
        super().__init__(b"", KNOWN_TYPES.guess_type(path.name)[0] or "application/octet-stream", etag=etag)
        status = path.stat()
        self._path = path
        self.size: int = status.st_size
        self.modified_s: int = int(status.st_mtime)

    def whole(self) -> bytes:
        return self._path.read_bytes()

    async def read(self, part: ByteRange) -> AsyncIterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(part.first)
            left = part.size
            while left:
                piece = file.read(min(left, PIECE_BYTES))
                if not piece:
                    raise OSError(f"{self._path} became shorter while it was sent")
                left -= len(piece)
                yield piece


class Files:
    """A handler that serves the files below ``root``; a folder's ``index.html`` stands for the folder.

    An entity tag is a digest of the file's octets, so that it is the same in every checkout.  Names that begin with a
    dot, and links that lead out of ``root``, are not served.
    """

    def __init__(self, root: Path | str) -> None:
        self.root: Path = Path(root).resolve()
        self._etags: dict[tuple[str, int, int], str] = {}

    async def __call__(self, request: Request) -> Response:
        path = self._find(request)
        if path.is_dir():
            moved = Response(301)
            moved.headers.set("location", request.path + "/" + ("?" + request.query if request.query else ""))
            return moved
        return respond(request, FileContent(path, self._etag(path)))

    def _find(self, request: Request) -> Path:
        names = unquote(request.path).split("/")
        if (
            names[0]
            or "\0" in request.path
            or any(name.startswith(".") or "\0" in name or "\\" in name for name in names)
        ):
            raise HttpError(404, "not_found")
        path = self.root.joinpath(*names[1:]).resolve()
        if names[-1] == "" and path.is_dir():
            path /= "index.html"
        elif names[-1] == "":
            raise HttpError(404, "not_found")
        if not path.resolve().is_relative_to(self.root) or not (path.is_file() or path.is_dir()):
            raise HttpError(404, "not_found")
        return path

    def _etag(self, path: Path) -> str:
        status = path.stat()
        key = (str(path), status.st_mtime_ns, status.st_size)
        known = self._etags.get(key)
        if known is None:
            with path.open("rb") as file:
                known = self._etags[key] = f'"{hashlib.file_digest(file, "sha256").hexdigest()[:32]}"'
        return known
