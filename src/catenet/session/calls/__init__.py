"""Calls: sessions that outlive their connections, with many requests in progress, each executed at most once.

**Guarantees** to the application: a call returns its response, or raises an error that tells whether it can have been
executed; the server never executes it twice, whatever connections do.  **Requires** of asyncio: streams.

- Read first :mod:`.messages`: what goes over a connection, and why a call is executed at most once;
- :mod:`.client`: the client; :mod:`.pending`: its calls in progress; :mod:`.server`: the server;
  :mod:`.sessions`: what it remembers; :mod:`.message_stream`: messages on a connection;
- :mod:`.backoff`: the delays between attempts to connect; :mod:`.errors`: what a call raises;
  :mod:`.options`: times and limits.
"""

from __future__ import annotations

from catenet.session.calls.client import CallClient
from catenet.session.calls.errors import CallError, CallFailed, DeadlineExceeded, NotExecuted, OutcomeUnknown
from catenet.session.calls.options import ClientOptions, ServerOptions
from catenet.session.calls.server import Caller, CallServer

__all__ = [
    "CallClient",
    "CallError",
    "CallFailed",
    "CallServer",
    "Caller",
    "ClientOptions",
    "DeadlineExceeded",
    "NotExecuted",
    "OutcomeUnknown",
    "ServerOptions",
]
