"""A load balancer: one handler for several servers (backends), of which some may be down.

**Guarantees** to the programs above: each request goes to a backend that is believed to be up; one that fails is tried
again elsewhere if it is idempotent; a key stays on its backend while that is up.  **Requires** of the rooms below:
asyncio, :mod:`catenet.application.http.proxy`, :mod:`catenet.application.placement`.

- Read first :mod:`.balancer`, then :mod:`.backend`: what is known of each server;
- :mod:`.policies`: round robin, least outstanding requests, consistent hashing;
- :mod:`.health`: active checks; :mod:`.ejection`: requests that fail tell as well.
"""

from catenet.application.http.balancer.backend import Backend
from catenet.application.http.balancer.balancer import Balancer
from catenet.application.http.balancer.ejection import Ejection
from catenet.application.http.balancer.health import HealthCheck
from catenet.application.http.balancer.policies import ConsistentHash, LeastOutstanding, Policy, RoundRobin

__all__ = [
    "Backend",
    "Balancer",
    "ConsistentHash",
    "Ejection",
    "HealthCheck",
    "LeastOutstanding",
    "Policy",
    "RoundRobin",
]
