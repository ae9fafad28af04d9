"""Fields and headers: a header is read by a table of field names and widths in bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple


class Field(NamedTuple):
    """One field.  ``bit`` is its place in the header, ``bits`` its width, ``key`` Wireshark's name, empty without one.

    ``number`` is its value as transmitted, None if it is text or a list; ``text`` is the value as people write it.
    """

    name: str
    bit: int
    bits: int
    number: int | None
    text: str
    key: str


class Header(NamedTuple):
    """One header: its name, its standard, its octets and its fields, in order."""

    name: str
    standard: str
    octets: bytes
    fields: tuple[Field, ...]

    def number(self, name: str) -> int:
        """The value of a field as transmitted.  Raises KeyError if there is no such number."""
        number = self._field(name).number
        if number is None:
            raise KeyError(f"{name} is no number")
        return number

    def text(self, name: str) -> str:
        """The value of a field as people write it.  Raises KeyError if there is no such field."""
        return self._field(name).text

    def _field(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"the {self.name} header has no field {name}")


class Format(NamedTuple):
    """A field in the table of a header: name, width in bits, Wireshark's key, and how its value is written."""

    name: str
    bits: int
    key: str = ""
    text: Callable[[int], str] = str


def in_hex(digits: int) -> Callable[[int], str]:
    """Writes a value in hexadecimal."""
    return lambda number: f"0x{number:0{digits}x}"


def named(names: dict[int, str], write: Callable[[int], str] = str) -> Callable[[int], str]:
    """Writes a value with its meaning, if it has a known one: ``6 (TCP)``."""
    return lambda number: f"{write(number)} ({names[number]})" if number in names else write(number)


HEX16: Final = in_hex(4)
HEX32: Final = in_hex(8)


def read_fields(octets: bytes, formats: Sequence[Format], first_bit: int = 0) -> Iterator[Field]:
    """The fields of a header whose first field begins at ``first_bit``.

    Raises ValueError if the octets end before the header does.
    """
    total = int.from_bytes(octets, "big")
    length = 8 * len(octets)
    bit = first_bit
    for form in formats:
        end = bit + form.bits
        if end > length:
            raise ValueError(f"the octets end before {form.name}")
        number = (total >> (length - end)) & ((1 << form.bits) - 1)
        yield Field(form.name, bit, form.bits, number, form.text(number), form.key)
        bit = end


def width_octets(formats: Sequence[Format]) -> int:
    """The length of a header with these fields."""
    return sum(form.bits for form in formats) // 8


def read_header(name: str, standard: str, octets: bytes, formats: Sequence[Format]) -> Header:
    """The header of fixed length at the beginning of some octets.  Raises ValueError if they are too few."""
    own = octets[: width_octets(formats)]
    return Header(name, standard, own, tuple(read_fields(own, formats)))
