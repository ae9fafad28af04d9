"""The check of all forwarding tables at every change.

Changes are recorded when they happen; at the end of the instant the check examines what they affect.  A change of one
router's route to a prefix affects the address classes within that prefix, and of these only those for which this
router now has other next hops.  A change of a link affects the next hops of its routers, and all classes with a
blackhole, since a path may exist for them now.

A router that never had a route to a destination, and to which no router sends packets for it, is no blackhole: this
excludes networks that are not reachable from everywhere, and networks that are starting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from catenet.kernel.kernel import Kernel
from catenet.lab.forwarding import graph as faults
from catenet.lab.forwarding.episodes import BLACKHOLE, LOOP, Episode
from catenet.lab.forwarding.graph import DELIVERED, Branches, Fault
from catenet.lab.forwarding.next_hops import NextHopGraph
from catenet.lab.forwarding.prefixes import Prefix, Prefixes
from catenet.lab.model.link import Link
from catenet.lab.model.registry import Registry
from catenet.network import addresses
from catenet.network.forwarding.fib import Fib, RouteObserver
from catenet.network.interface import Interface, InterfaceObserver

MAX_EPISODES_SHOWN: Final = 1000


class _Class:
    """The addresses whose longest matching prefix is this one, and each router's next hops for them."""

    def __init__(self, version: int, prefix: Prefix, sample: int) -> None:
        self.version: Final = version
        self.prefix: Final = prefix
        self.sample = sample
        self.branches: list[Branches] = []
        self.had = bytearray()
        self.lost_somewhere = False
        self.open: Final[dict[tuple[bool, tuple[int, ...]], Episode]] = {}


class _CarrierObserver(InterfaceObserver):
    """Observes one router's interfaces."""

    def __init__(self, check: ForwardingCheck, router: int) -> None:
        super().__init__()
        self._check: Final = check
        self._router: Final = router

    def interface_changed(self, interface: Interface) -> None:
        self._check.interface_changed(self._router)


class _RouteObserver(RouteObserver):
    """Observes one router's routes."""

    def __init__(self, check: ForwardingCheck, router: int) -> None:
        super().__init__()
        self._check: Final = check
        self._router: Final = router
        self.prefixes: Final[set[tuple[int, Prefix]]] = set()

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        self._check.route_changed(self._router, int(fib.version), (prefix, prefix_len))


class ForwardingCheck:
    """Compares the forwarding tables of all routers, from :meth:`update` on.

    ``episodes`` are all loops and blackholes so far, in order of their beginnings; ``checks`` counts the checks.
    """

    def __init__(self, kernel: Kernel, registry: Registry) -> None:
        self.episodes: Final[list[Episode]] = []
        self.checks: int = 0
        self._kernel: Final = kernel
        self._graph: Final = NextHopGraph(registry)
        self._prefixes: Final = {version: Prefixes(addresses.width(version)) for version in (4, 6)}
        self._classes: Final[dict[tuple[int, Prefix], _Class]] = {}
        self._observers: Final[list[_RouteObserver]] = []
        self._registry: Final = registry
        self._links: Final[set[str]] = set()
        self._changes: Final[dict[tuple[int, int, Prefix], None]] = {}
        self._links_changed: Final[dict[str, Link]] = {}
        self._routers_changed: Final[dict[int, None]] = {}
        self._unchecked: Final[dict[_Class, None]] = {}
        self._due = False

    # -- notifications

    def update(self) -> None:
        """Add what was declared since the last call, and check everything."""
        fresh = self._graph.update()
        for link in self._registry.links.values():
            if link.name not in self._links:
                self._links.add(link.name)
                link.watch(self.link_changed)
        before = list(self._classes.values())
        for number in fresh:
            self._listen(number)
        for known in before:
            self._fill(known)
        if before:
            self._routers_changed.update(dict.fromkeys(range(len(self._graph.routers))))
        self._look_soon()

    def _listen(self, number: int) -> None:
        router = self._graph.routers[number]
        observer = _RouteObserver(self, number)
        self._observers.append(observer)
        router.stack.watch(_CarrierObserver(self, number))
        for face in router.own_faces:
            self._use(int(face.version), (int(face.network.network_address), face.network.prefixlen))
        for fib in (router.stack.fib4, router.stack.fib6):
            fib.watch(observer)
            for route in fib.routes():
                self.route_changed(number, int(fib.version), (route.prefix, route.prefix_len))

    def route_changed(self, router: int, version: int, prefix: Prefix) -> None:
        """Notification: a router's routes to a prefix have changed."""
        self._changes[router, version, prefix] = None
        self._look_soon()

    def link_changed(self, link: Link) -> None:
        """Notification: a link was cut, healed or changed."""
        self._links_changed[link.name] = link
        self._look_soon()

    def interface_changed(self, router: int) -> None:
        """Notification: one of a router's interfaces gained or lost carrier, or was enabled or disabled."""
        self._routers_changed[router] = None
        self._look_soon()

    def _look_soon(self) -> None:
        if not self._due:
            self._due = True
            self._kernel.call_after(0, self._look)

    # -- what has changed

    def _look(self) -> None:
        """Check what has changed, after all known changes of this instant."""
        self._due = False
        self.checks += 1
        for router, version, prefix in self._changes:
            self._record_use(router, version, prefix)
        touched = dict(self._unchecked)
        self._unchecked.clear()
        for router, version, prefix in self._changes:
            inside = [self._classes.get((version, each)) for each in self._prefixes[version].within(prefix)]
            for known in self._send_anew(router, [each for each in inside if each is not None]):
                touched[known] = None
        self._changes.clear()
        if self._links_changed or self._routers_changed:
            touched.update(dict.fromkeys(self._follow_links()))
        for known in touched:
            if known.branches:
                self._check_class(known)

    def _follow_links(self) -> list[_Class]:
        """Re-examine the changed links, and return the affected classes."""
        routers = self._routers_changed
        for link in self._links_changed.values():
            routers.update(dict.fromkeys(self._graph.at_link(link.ends)))
        self._graph.follow_links(list(routers))
        found = []
        for router in routers:
            found += self._send_anew(router, list(self._classes.values()))
        self._links_changed.clear()
        self._routers_changed.clear()
        return [*found, *(known for known in self._classes.values() if known.lost_somewhere)]

    def _record_use(self, router: int, version: int, prefix: Prefix) -> None:
        """Track whether a router has a route to a prefix, since this creates and removes classes."""
        fib = self._graph.routers[router].stack.family(version).fib
        mine = self._observers[router].prefixes
        there = bool(fib.routes_to(*prefix))
        if there and (version, prefix) not in mine:
            mine.add((version, prefix))
            self._use(version, prefix)
        elif not there and (version, prefix) in mine:
            mine.remove((version, prefix))
            if self._prefixes[version].remove(prefix):
                self._forget(version, prefix)

    def _use(self, version: int, prefix: Prefix) -> None:
        if self._prefixes[version].add(prefix):
            self._resample(version, [prefix, *self._prefixes[version].around(prefix)])

    def _forget(self, version: int, prefix: Prefix) -> None:
        self._remove(self._classes.get((version, prefix)))
        self._resample(version, self._prefixes[version].around(prefix))

    def _resample(self, version: int, prefixes: Iterable[Prefix]) -> None:
        """Choose the sample addresses of classes again: an address may belong to another class now."""
        for prefix in prefixes:
            known = self._classes.get((version, prefix))
            sample = self._prefixes[version].sample(prefix)
            if sample is None:
                self._remove(known)
            elif known is None:
                known = self._classes[version, prefix] = _Class(version, prefix, sample)
                self._fill(known)
            elif known.sample != sample:
                known.sample = sample
                known.branches.clear()
                self._fill(known)

    def _remove(self, known: _Class | None) -> None:
        """Remove a class: no router has a route to its prefix any more."""
        if known is not None:
            self._close(known, list(known.open))
            del self._classes[known.version, known.prefix]
            known.branches.clear()

    def _fill(self, known: _Class) -> None:
        """Look up the missing next hops of a class."""
        self._unchecked[known] = None
        for router in range(len(known.branches), len(self._graph.routers)):
            known.branches.append(self._graph.branches(router, known.version, known.sample))
        known.had.extend(bytes(len(known.branches) - len(known.had)))

    def _send_anew(self, router: int, classes: Iterable[_Class]) -> list[_Class]:
        """Look up a router's next hops for these classes, and return those that have changed."""
        changed = []
        for known in classes:
            branches = self._graph.branches(router, known.version, known.sample)
            if known.branches[router] is not branches:
                known.branches[router] = branches
                changed.append(known)
        return changed

    # -- loops and blackholes

    def _check_class(self, known: _Class) -> None:
        """Compare the present faults of a class with its previous ones."""
        branches = known.branches
        found = faults.loops(branches)
        lost = faults.lost_at(branches)
        known.lost_somewhere = bool(lost)
        if lost:
            found += self._blackholes(known, lost)
        for router, next_hops in enumerate(branches):
            if next_hops[0] >= DELIVERED:
                known.had[router] = 1
        now = {fault.key: fault for fault in found}
        self._close(known, [key for key in known.open if key not in now])
        for key, fault in now.items():
            self._open(known, key, fault)

    def _blackholes(self, known: _Class, lost: list[int]) -> list[Fault]:
        delivering = [router for router, next_hops in enumerate(known.branches) if DELIVERED in next_hops]
        if not delivering:
            return []
        sent_to = {hop for next_hops in known.branches for hop in next_hops}
        there = faults.within_reach(self._graph.adjacent, delivering)
        return [
            Fault(False, (router,)) for router in lost if router in there and (known.had[router] or router in sent_to)
        ]

    def _open(self, known: _Class, key: tuple[bool, tuple[int, ...]], fault: Fault) -> None:
        affected = tuple(self._names(faults.upstream(known.branches, fault.routers)))
        episode = known.open.get(key)
        if episode is not None:
            episode.affected = tuple(dict.fromkeys([*episode.affected, *affected]))
            return
        prefix = f"{addresses.text(known.version, known.prefix[0])}/{known.prefix[1]}"
        kind = LOOP if fault.is_loop else BLACKHOLE
        routers = tuple(self._names(fault.routers))
        episode = Episode(kind, prefix, routers, int(self._kernel.now_ns), None, affected)
        known.open[key] = episode
        self.episodes.append(episode)

    def _close(self, known: _Class, keys: Iterable[tuple[bool, tuple[int, ...]]]) -> None:
        now_ns = int(self._kernel.now_ns)
        for key in keys:
            episode = known.open.pop(key)
            episode.end_ns = now_ns
            if episode.start_ns == now_ns:
                self._strike_out(episode)

    def _strike_out(self, episode: Episode) -> None:
        """Remove one of the last episodes: it ended at the instant at which it began."""
        place = len(self.episodes) - 1
        while self.episodes[place] is not episode:
            place -= 1
        del self.episodes[place]

    def _names(self, routers: Iterable[int]) -> list[str]:
        return [self._graph.routers[router].name for router in routers]

    # -- results

    def lasting(self) -> list[Episode]:
        """The present faults."""
        return [episode for episode in self.episodes if episode.end_ns is None]

    def summary(self) -> dict[str, Any]:
        """Totals, and at most a thousand episodes; ``episodes_omitted`` counts the rest."""
        now_ns = int(self._kernel.now_ns)
        kinds = {}
        for name, kind in (("loops", LOOP), ("blackholes", BLACKHOLE)):
            times = [episode.duration_ns(now_ns) for episode in self.episodes if episode.kind == kind]
            kinds[name] = {"count": len(times), "longest_ns": max(times, default=0)}
        return {
            "checks": self.checks,
            **kinds,
            "lasting": len(self.lasting()),
            "episodes": [episode.as_json() for episode in self.episodes[:MAX_EPISODES_SHOWN]],
            "episodes_omitted": max(0, len(self.episodes) - MAX_EPISODES_SHOWN),
        }
