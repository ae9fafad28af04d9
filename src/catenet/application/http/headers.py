"""Header fields: an ordered list with names in lower case (RFC 9110 section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Headers:
    """Fields in the order in which they were added.  Names are compared and kept in lower case; values are latin-1."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] | Mapping[str, str] = ()) -> None:
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        self._fields = [(name.lower(), value) for name, value in pairs]

    @classmethod
    def decode(cls, fields: Iterable[tuple[bytes, bytes]]) -> Headers:
        """From the octets of a message; names are in lower case already."""
        made = cls()
        made._fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]
        return made

    def encode(self) -> list[tuple[bytes, bytes]]:
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._fields]

    def get(self, name: str) -> str | None:
        """The value; several fields of one name are joined by commas (RFC 9110 section 5.3).  None if absent."""
        values = self.get_all(name)
        return ", ".join(values) if values else None

    def get_all(self, name: str) -> list[str]:
        return [value for field, value in self._fields if field == name]

    def tokens(self, name: str) -> list[str]:
        """The elements of a list field, in lower case and without white space."""
        return [token for value in self.get_all(name) for part in value.split(",") if (token := part.strip().lower())]

    def add(self, name: str, value: str) -> None:
        self._fields.append((name.lower(), value))

    def set(self, name: str, value: str) -> None:
        self.remove(name)
        self.add(name, value)

    def set_default(self, name: str, value: str) -> None:
        if name not in self:
            self.add(name, value)

    def remove(self, *names: str) -> None:
        self._fields = [field for field in self._fields if field[0] not in names]

    def copy(self) -> Headers:
        return Headers(self._fields)

    def __contains__(self, name: object) -> bool:
        return any(field == name for field, _ in self._fields)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        return self._fields == other._fields if isinstance(other, Headers) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Headers({self._fields!r})"
