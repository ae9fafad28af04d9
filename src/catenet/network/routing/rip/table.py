"""RIP's routing table: updates by advertisements, interface changes and timers (RFC 2453 sections 3.8, 3.9.2)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.rip import tracing
from catenet.network.routing.rip.callbacks import RipCallbacks
from catenet.network.routing.rip.message import INFINITY
from catenet.network.routing.rip.route import Hop, RipRoute
from catenet.network.routing.rip.settings import RipInterface, RipSettings


class RipTable:
    """The routes, by prefix.

    ``changed`` requests a triggered update.  ``next_ageing_ns`` is a lower bound of the time of the next change by
    :meth:`age`.
    """

    def __init__(self, settings: RipSettings, callbacks: RipCallbacks) -> None:
        self.settings: Final = settings
        self.routes: Final[dict[int, RipRoute]] = {}
        self.changed: bool = False
        self.next_ageing_ns: i64 = NEVER
        self._callbacks: Final = callbacks

    def find(self, prefix: int, prefix_len: int) -> RipRoute | None:
        """The route to exactly this prefix."""
        return self.routes.get(tracing.pack_prefix(prefix, prefix_len))

    # -- own networks

    def add_own(
        self, prefix: int, prefix_len: int, metric: int, tag: int, interface: RipInterface | None, next_hop: int
    ) -> None:
        """Add a network of this router, which advertisements do not replace.  An existing one stays."""
        route = self._line(prefix, prefix_len, tag)
        if route.given and not route.dead:
            return
        if route.hops:
            self._callbacks.leave(route)
            route.hops = []
        route.given = True
        route.interface = interface
        route.next_hop = next_hop
        self._revive(route, metric, tag, tracing.CONNECTED)

    def remove_own(self, prefix: int, prefix_len: int, now_ns: i64) -> None:
        """Remove a network of this router, if it was added."""
        route = self.find(prefix, prefix_len)
        if route is not None and route.given and not route.dead:
            self._kill(route, 0, tracing.WITHDRAWN, now_ns)

    def interface_down(self, interface: RipInterface, now_ns: i64) -> None:
        """Remove all next hops on an interface."""
        for route in list(self.routes.values()):
            if route.given and route.interface is interface and not route.dead:
                self._kill(route, 0, tracing.INTERFACE_DOWN, now_ns)
            elif route.leaves_by(interface):
                kept = [hop for hop in route.hops if hop.interface is not interface]
                self._keep(route, kept, tracing.INTERFACE_DOWN, now_ns)

    # -- received advertisements

    def learn(
        self,
        interface: RipInterface,
        source: int,
        gateway: int,
        prefix: int,
        prefix_len: int,
        metric: int,
        tag: int,
        now_ns: i64,
    ) -> None:
        """A neighbour advertises a prefix; ``metric`` includes the cost of the link to it."""
        route = self.find(prefix, prefix_len)
        if route is None or route.dead:
            if metric < INFINITY:
                fresh = self._line(prefix, prefix_len, tag)
                fresh.given = False
                self._adopt(fresh, Hop(interface, source, gateway, 0), metric, tag, tracing.LEARNED, now_ns)
            return
        if route.given:
            return
        hop = route.hop_from(interface, source)
        if hop is not None:
            self._learn_again(route, hop, gateway, metric, tag, now_ns)
        elif metric < route.metric:
            self._adopt(route, Hop(interface, source, gateway, 0), metric, tag, tracing.BETTER, now_ns)
        elif metric == route.metric:
            self._learn_equal(route, Hop(interface, source, gateway, 0), tag, now_ns)

    def _learn_again(self, route: RipRoute, hop: Hop, gateway: int, metric: int, tag: int, now_ns: i64) -> None:
        """From a present next hop of the route: its new metric applies, better or worse."""
        if metric > route.metric and len(route.hops) > 1:
            self._keep(route, [other for other in route.hops if other is not hop], tracing.HOP_LOST, now_ns)
        elif metric >= INFINITY:
            self._kill(route, hop.gateway, tracing.POISONED, now_ns)
        elif metric != route.metric or (len(route.hops) == 1 and (gateway != hop.gateway or tag != route.tag)):
            hop.gateway = gateway
            self._adopt(route, hop, metric, tag, tracing.SAME_GATEWAY, now_ns)
        else:
            hop.deadline_ns = now_ns + self.settings.timeout_ns
            if gateway != hop.gateway:
                hop.gateway = gateway
                self._callbacks.use(route)

    def _learn_equal(self, route: RipRoute, hop: Hop, tag: int, now_ns: i64) -> None:
        """The same metric from another router: an equal-cost next hop, or a replacement for a stale one."""
        settings = self.settings
        hop.deadline_ns = now_ns + settings.timeout_ns
        if len(route.hops) < settings.max_paths:
            route.hops.append(hop)
            self._callbacks.use(route)
            self._callbacks.changed(route, hop.gateway, tracing.EQUAL)
        elif settings.max_paths == 1 and route.hops[0].deadline_ns - now_ns <= settings.timeout_ns // 2:
            self._adopt(route, hop, route.metric, tag, tracing.FRESHER, now_ns)

    # -- time

    def age(self, now_ns: i64) -> None:
        """Expire routes without updates, and delete routes after garbage collection."""
        if now_ns < self.next_ageing_ns:
            return
        for key, route in list(self.routes.items()):
            if route.dead:
                if now_ns >= route.garbage_at_ns:
                    del self.routes[key]
                    self._callbacks.changed(route, 0, tracing.FLUSHED)
            elif not route.given:
                kept = [hop for hop in route.hops if hop.deadline_ns > now_ns]
                if len(kept) < len(route.hops):
                    self._keep(route, kept, tracing.TIMED_OUT, now_ns)
        self.next_ageing_ns = self._first_deadline()

    def _first_deadline(self) -> i64:
        first: i64 = NEVER
        for route in self.routes.values():
            if route.garbage_at_ns < first:
                first = route.garbage_at_ns
            for hop in route.hops:
                if hop.deadline_ns < first:
                    first = hop.deadline_ns
        return first

    # -- one route

    def _line(self, prefix: int, prefix_len: int, tag: int) -> RipRoute:
        key = tracing.pack_prefix(prefix, prefix_len)
        route = self.routes.get(key)
        if route is None:
            route = self.routes[key] = RipRoute(prefix, prefix_len, INFINITY, tag)
        return route

    def _adopt(self, route: RipRoute, hop: Hop, metric: int, tag: int, cause: int, now_ns: i64) -> None:
        hop.deadline_ns = now_ns + self.settings.timeout_ns
        self._expect(hop.deadline_ns)
        route.hops = [hop]
        route.interface = None
        route.next_hop = 0
        self._revive(route, metric, tag, cause)
        self._callbacks.use(route)

    def _revive(self, route: RipRoute, metric: int, tag: int, cause: int) -> None:
        route.metric = metric
        route.tag = tag
        route.garbage_at_ns = NEVER
        self._mark(route)
        self._callbacks.changed(route, route.gateway, cause)

    def _keep(self, route: RipRoute, hops: list[Hop], cause: int, now_ns: i64) -> None:
        """Keep some of its next hops."""
        if not hops:
            self._kill(route, route.gateway, cause, now_ns)
            return
        lost = [hop for hop in route.hops if hop not in hops]
        route.hops = hops
        self._callbacks.use(route)
        self._callbacks.changed(route, lost[0].gateway, tracing.HOP_LOST)

    def _kill(self, route: RipRoute, gateway: int, cause: int, now_ns: i64) -> None:
        """The deletion process (section 3.8): remove it from use, and advertise it as unreachable."""
        if route.hops:
            self._callbacks.leave(route)
        route.hops = []
        route.metric = INFINITY
        route.garbage_at_ns = now_ns + self.settings.garbage_ns
        self._expect(route.garbage_at_ns)
        self._mark(route)
        self._callbacks.changed(route, gateway, cause)

    def _mark(self, route: RipRoute) -> None:
        route.changed = True
        self.changed = True

    def _expect(self, time_ns: i64) -> None:
        if time_ns < self.next_ageing_ns:
            self.next_ageing_ns = time_ns
