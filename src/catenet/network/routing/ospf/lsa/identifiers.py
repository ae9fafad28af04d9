"""Link state ids of networks with the same address and different masks (RFC 2328 appendix E)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final


def link_state_ids(keys: Iterable[int], taken: Iterable[int] = ()) -> dict[int, int]:
    """A link state id for each network; the keys are those of
    :func:`~catenet.network.routing.ospf.lsa.prefixes.pack_prefix`.

    The id is the network's address.  Of several networks with the same address, the shortest prefix gets it; longer
    ones have host bits set, all of them if that id is free.  A host route has no host bits: it keeps its address.  Ids
    in ``taken`` are not assigned; a network without a free id is missing from the result.  The same networks always get
    the same ids.
    """
    choice = _Choice(taken)
    choice.give_all(sorted(set(keys)))
    return choice.ids


class _Choice:
    """Assigns ids, plain addresses first."""

    def __init__(self, taken: Iterable[int]) -> None:
        self.ids: Final[dict[int, int]] = {}
        self._taken: Final[dict[int, None]] = dict.fromkeys(taken)

    def give_all(self, keys: list[int]) -> None:
        for key in keys:
            if key & 63 == 32 and key >> 6 not in self._taken:
                self._give(key, key >> 6)
        late: list[int] = []
        for key in keys:
            if key & 63 != 32:
                if key >> 6 in self._taken:
                    late.append(key)
                else:
                    self._give(key, key >> 6)
        for key in late:
            self._give_with_host_bits(key)

    def _give(self, key: int, link_state_id: int) -> None:
        self.ids[key] = link_state_id
        self._taken[link_state_id] = None

    def _give_with_host_bits(self, key: int) -> None:
        address = key >> 6
        link_state_id = address | ((1 << (32 - (key & 63))) - 1)
        while link_state_id in self._taken and link_state_id > address:
            link_state_id -= 1
        if link_state_id > address:
            self._give(key, link_state_id)
