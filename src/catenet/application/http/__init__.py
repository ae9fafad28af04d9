"""HTTP as plain asyncio programs: for simulated hosts, attached ones, and real machines.

**Guarantees** to the programs above: a server for a handler function or a folder of files; a client that times each
part of a request.  **Requires** of the rooms below: asyncio; the packages of the extra ``services`` (``pip install
'catenet[services]'``).

- Read first :mod:`.message`: requests and responses, with :mod:`.headers`; then :mod:`.server` and :mod:`.client`;
- :mod:`.limits`: what a server accepts; :mod:`.errors`; :mod:`.tunnel`: a connection after an upgrade;
- :mod:`.content`: answers from content of known length, with :mod:`.conditional` requests, :mod:`.ranges` and
  :mod:`.dates`; :mod:`.negotiated` compression; :mod:`.files`: a folder;
- :mod:`.cache`, :mod:`.proxy` and :mod:`.balancer`: handlers that answer from a store, or by another server;
- :mod:`.http2`, :mod:`.http3`: what server and client share of them; :mod:`.multiplexed`: what both versions share.
"""

from catenet.errors import MissingExtra, installed

if not installed("h11", "h2"):
    raise MissingExtra("HTTP", "h11 and h2", "services")

from catenet.application.http.client.answer import Answer
from catenet.application.http.client.client import Client
from catenet.application.http.client.har import HarLog
from catenet.application.http.client.timings import Timings
from catenet.application.http.content import Content, respond
from catenet.application.http.errors import ClientError, HttpError, TooManyRedirects
from catenet.application.http.files import Files
from catenet.application.http.headers import Headers
from catenet.application.http.limits import Limits
from catenet.application.http.message import Body, Handler, Request, Response
from catenet.application.http.server.server import Server
from catenet.application.http.tunnel import Tunnel, splice

__all__ = [
    "Answer",
    "Body",
    "Client",
    "ClientError",
    "Content",
    "Files",
    "Handler",
    "HarLog",
    "Headers",
    "HttpError",
    "Limits",
    "Request",
    "Response",
    "Server",
    "Timings",
    "TooManyRedirects",
    "Tunnel",
    "respond",
    "splice",
]
