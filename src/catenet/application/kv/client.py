"""The client of the store, for asyncio programs on simulated hosts and real machines.

::

    store = Client(("oslo:7001", "rome:7001"))
    await store.put(b"greeting", b"hello")
    print(await store.get(b"greeting"))

A command is executed once, however often it is sent.  Commands to one slot are sent one after the other.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Final

from catenet.application.kv import protocol
from catenet.application.kv.connection import Connections
from catenet.application.kv.errors import InvalidRequest, LeaseLost, OutcomeUnknown, Unavailable
from catenet.application.kv.protocol import LINEARIZABLE
from catenet.application.kv.retry import CallResult, NoReply, RpcClient
from catenet.application.kv.state import results
from catenet.application.kv.state.commands import (
    CompareAndSet,
    Delete,
    Grant,
    KeyOperation,
    Operation,
    Put,
    Request,
    Revoke,
)
from catenet.application.kv.state.directory import Join, Leave
from catenet.application.kv.state.results import Result
from catenet.application.kv.state.slot_map import NOBODY, Layout
from catenet.application.kv.state.slots import SLOTS, Record, slot_of

PAUSE_S: Final = 0.05


class _SlotSession:
    """The state of this session for one slot."""

    def __init__(self) -> None:
        self.lock: Final = asyncio.Lock()
        self.sequence = 0
        self.born = 0


class Client:
    """A client; ``directory`` lists the addresses of the directory's nodes, as ``host:port``.

    A request is retried for ``patience_s``; each node has ``timeout_s`` to answer.
    """

    def __init__(self, directory: tuple[str, ...], *, timeout_s: float = 1.0, patience_s: float = 10.0) -> None:
        self.session: Final = int.from_bytes(os.urandom(8), "big") >> 1
        self.patience_s: Final = patience_s
        self._directory: Final = directory
        self._connections: Final = Connections(timeout_s)
        self._rpc: Final = RpcClient(self._connections, pause_s=PAUSE_S)
        self._layout: Layout | None = None
        self._slot_sessions: Final[dict[int, _SlotSession]] = {}

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    # -- writing

    async def put(self, key: bytes, value: bytes, lease: int = 0) -> int:
        """Write a key; returns the revision.  Raises LeaseLost, Unavailable, OutcomeUnknown, InvalidRequest."""
        result = await self._command(Put(key, value, lease))
        if result.status == results.NO_LEASE:
            raise LeaseLost(f"lease {lease} has expired, or was never granted to the group of {key!r}")
        return result.revision

    async def delete(self, key: bytes) -> bool:
        """Delete a key; False if it did not exist.  Raises as :meth:`put`."""
        return (await self._command(Delete(key))).status == results.OK

    async def compare_and_set(self, key: bytes, expected: bytes | None, value: bytes | None) -> bool:
        """Write if the key has the value ``expected`` (None: does not exist); True if so.  Raises as :meth:`put`."""
        return (await self._command(CompareAndSet(key, expected, value))).status == results.OK

    async def _command(self, operation: KeyOperation) -> Result:
        slot = slot_of(operation.key)
        slot_session = self._slot_sessions.setdefault(slot, _SlotSession())
        async with slot_session.lock:
            slot_session.sequence += 1
            return await self._send_until_known(slot, slot_session, operation)

    async def _send_until_known(self, slot: int, slot_session: _SlotSession, operation: KeyOperation) -> Result:
        """Send one command until its outcome is known."""
        attempt = _Attempt(self.patience_s)
        while attempt.remains():
            request = Request(self.session, slot_session.sequence, slot_session.born, operation)
            try:
                asked = await self._ask_owner(slot, protocol.Write(request))
            except Unavailable:
                break  # the directory does not answer
            attempt.in_doubt |= asked.in_doubt
            match asked.reply:
                case protocol.WriteReply(result) if result.status == results.SESSION_EXPIRED:
                    if attempt.in_doubt:
                        raise OutcomeUnknown("the store dropped the session before the answer arrived")
                    slot_session.born = result.revision
                case protocol.WriteReply(result):
                    return result
                case protocol.Refused(status, reason) if status == results.REFUSED:
                    raise InvalidRequest(reason)
                case protocol.UnknownOutcome():
                    attempt.in_doubt = True
            await self._again(asked.reply)
        raise attempt.failure()

    # -- reading

    async def get(self, key: bytes, mode: int = LINEARIZABLE) -> bytes | None:
        """The value of a key; None if it does not exist.  Raises Unavailable."""
        record = await self.get_record(key, mode)
        return None if record is None else record.value

    async def get_record(self, key: bytes, mode: int = LINEARIZABLE) -> Record | None:
        """A key's record: value, revisions and lease; ``mode`` is one of :mod:`.protocol`'s.  Raises Unavailable."""
        attempt = _Attempt(self.patience_s)
        while attempt.remains():
            asked = await self._ask_owner(slot_of(key), protocol.Read(key, mode))
            if isinstance(asked.reply, protocol.ReadReply):
                return asked.reply.record
            await self._again(asked.reply)
        raise Unavailable(f"{key!r} could not be read within {self.patience_s:g} s")

    async def scan(
        self, start: bytes = b"", end: bytes = b"", limit: int = 1000, mode: int = LINEARIZABLE
    ) -> list[tuple[bytes, bytes]]:
        """The first ``limit`` keys in [``start``, ``end``) (empty ``end``: no end), with their values.

        The result is consistent within each group, but not across groups.  Raises Unavailable.
        """
        attempt = _Attempt(self.patience_s)
        while attempt.remains():
            pairs = await self._scan(protocol.Scan(start, end, limit, mode))
            if pairs is not None:
                return [(key, record.value) for key, record in sorted(pairs.items())[:limit]]
            await self._again(None)
        raise Unavailable(f"the keys from {start!r} could not be read within {self.patience_s:g} s")

    async def _scan(self, rpc: protocol.Scan) -> dict[bytes, Record] | None:
        layout = await self._known_layout()
        asked = [self._rpc.call_leader(group, rpc, addresses) for group, addresses in layout.groups.items()]
        pairs: dict[bytes, Record] = {}
        seen: list[int] = []
        for reply, _ in await asyncio.gather(*asked):
            if not isinstance(reply, protocol.ScanReply):
                return None
            pairs.update(reply.pairs)
            seen.extend(reply.slots)
        # A slot that is being moved may be missing, or appear in both groups.
        return pairs if sorted(seen) == list(range(SLOTS)) else None

    async def watch(self, start: bytes, end: bytes = b"") -> AsyncIterator[tuple[bytes, bytes | None]]:
        """Changes of the keys in [``start``, ``end``), from now on: key, and value or None.

        An empty ``end`` means one key.  Every change is delivered, in order for each key, also across moves of slots
        and changes of leader.  Raises Unavailable if a change was missed because it is no longer remembered.
        """
        from catenet.application.kv.client_watch import ClientWatch

        watch = ClientWatch(self._connections, self._known_layout, start, end or start + b"\0")
        try:
            async for change in watch.changes():
                yield change
        finally:
            watch.close()

    # -- leases

    async def grant(self, lease: int, ttl_s: float) -> None:
        """Grant a lease in every group.  Raises Unavailable, OutcomeUnknown."""
        await self._to_all_groups(Grant(lease, int(ttl_s * 1e9)))

    async def revoke(self, lease: int) -> None:
        """End a lease, in every group.  Raises Unavailable, OutcomeUnknown."""
        await self._to_all_groups(Revoke(lease))

    async def keep_alive(self, lease: int) -> None:
        """Renew a lease.  Raises LeaseLost if it has expired in a group, Unavailable, OutcomeUnknown."""
        for reply in await self._ask_groups(protocol.KeepAlive(lease)):
            if isinstance(reply, protocol.WriteReply) and reply.result.status == results.NO_LEASE:
                raise LeaseLost(f"lease {lease} has expired")

    async def _to_all_groups(self, operation: Operation) -> None:
        await self._ask_groups(protocol.Write(Request(0, 0, 0, operation)))

    async def _ask_groups(self, rpc: protocol.RpcRequest) -> list[protocol.Reply]:
        layout = await self._known_layout(fresh=True)
        asked = [self._rpc.call(group, rpc, addresses, self.patience_s) for group, addresses in layout.groups.items()]
        try:
            return await asyncio.gather(*asked)
        except NoReply as error:
            raise _not_known_to_be_done(error) from error

    # -- administration

    async def layout(self) -> Layout:
        """The current layout: the group of each slot.  Raises Unavailable."""
        return await self._known_layout(fresh=True)

    async def join(self, group: int, addresses: tuple[str, ...]) -> Layout:
        """Give a group its share of the slots.  Raises Unavailable, OutcomeUnknown, InvalidRequest."""
        return await self._change(Join(group, addresses))

    async def leave(self, group: int) -> Layout:
        """Move the slots of a group to the others.  Raises Unavailable, OutcomeUnknown, InvalidRequest."""
        return await self._change(Leave(group))

    async def _change(self, change: Join | Leave) -> Layout:
        try:
            reply = await self._rpc.call(0, protocol.ChangeLayout(change), self._directory, self.patience_s)
        except NoReply as error:
            raise _not_known_to_be_done(error) from error
        if not isinstance(reply, protocol.LayoutReply) or reply.layout is None:
            raise InvalidRequest(f"{change} is impossible: groups are numbered from 1, and the last one cannot leave")
        self._layout = reply.layout
        return reply.layout

    async def change_members(
        self,
        group: int,
        add: dict[int, protocol.Node] | None = None,
        remove: tuple[int, ...] = (),
        learn: dict[int, protocol.Node] | None = None,
    ) -> None:
        """Add nodes to a running group, or remove them; nodes of ``learn`` get its log without a vote.

        Only who has caught up is given a vote (``add``): let newcomers learn first.  Raises Unavailable, OutcomeUnknown
        and InvalidRequest, if a new voter is not ready, or too few would be left to decide; it says what to do first.
        """
        await self._administer(group, protocol.ChangeMembers(add or {}, remove, learn or {}))

    async def transfer(self, group: int, to: int) -> None:
        """Transfer the leadership of a group to a node.  Raises Unavailable, OutcomeUnknown, InvalidRequest."""
        await self._administer(group, protocol.Transfer(to))

    async def _administer(self, group: int, rpc: protocol.RpcRequest) -> None:
        addresses = self._directory if group == 0 else (await self._known_layout()).groups.get(group, ())
        try:
            reply = await self._rpc.call(group, rpc, addresses, self.patience_s)
        except NoReply as error:
            raise _not_known_to_be_done(error) from error
        if not isinstance(reply, protocol.Acknowledged):
            raise InvalidRequest(getattr(reply, "reason", f"group {group} answered {reply}"))

    # -- routing of requests

    async def _ask_owner(self, slot: int, rpc: protocol.RpcRequest) -> CallResult:
        layout = await self._known_layout()
        owner = layout.owners[slot]
        if owner == NOBODY:
            self._layout = None
            return CallResult(None, False)
        return await self._rpc.call_leader(owner, rpc, layout.groups[owner])

    async def _again(self, reply: protocol.Reply | None) -> None:
        """Prepare for the next attempt: the layout may have changed."""
        if isinstance(reply, protocol.Refused) or reply is None:
            self._layout = None
        await asyncio.sleep(PAUSE_S)

    async def _known_layout(self, fresh: bool = False) -> Layout:
        if self._layout is None or fresh:
            try:
                reply = await self._rpc.call(0, protocol.GetLayout(-1), self._directory, self.patience_s)
            except NoReply as error:
                raise Unavailable(str(error)) from error
            if not isinstance(reply, protocol.LayoutReply) or reply.layout is None:
                raise Unavailable(f"the directory answered {reply}")
            self._layout = reply.layout
        return self._layout


def _not_known_to_be_done(error: NoReply) -> Exception:
    """The exception for a request that changes something."""
    return OutcomeUnknown(str(error)) if error.in_doubt else Unavailable(str(error))


class _Attempt:
    """The time limit of a request, and its failure."""

    def __init__(self, patience_s: float) -> None:
        self._loop: Final = asyncio.get_running_loop()
        self._until: Final = self._loop.time() + patience_s
        self._patience_s: Final = patience_s
        self.in_doubt = False

    def remains(self) -> bool:
        """Whether there is time left."""
        return self._loop.time() < self._until

    def failure(self) -> Exception:
        """The exception after the time limit."""
        if self.in_doubt:
            return OutcomeUnknown(f"no answer within {self._patience_s:g} s")
        return Unavailable(f"no leader accepted the request within {self._patience_s:g} s")
