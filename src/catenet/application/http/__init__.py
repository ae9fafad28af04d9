"""HTTP as plain asyncio programs: for simulated hosts, attached ones, and real machines.

**Guarantees** to the programs above: a server for a handler function or a folder of files; a client that times each
part of a request.  **Requires** of the rooms below: asyncio; the packages of the extra ``services`` (``pip install
'catenet[services]'``).

- Read first :mod:`.message`: requests and responses, with :mod:`.headers`; then :mod:`.server` and :mod:`.client`;
- :mod:`.limits`: what a server accepts; :mod:`.errors`; :mod:`.tunnel`: a connection after an upgrade;
- :mod:`.content`: answers from content of known length, with :mod:`.conditional` requests, :mod:`.ranges` and
  :mod:`.dates`; :mod:`.negotiated` compression; :mod:`.files`: a folder;
- :mod:`.cache`, :mod:`.proxy` and :mod:`.balancer`: handlers that answer from a store, or by another server;
- :mod:`.http2`: what server and client share of HTTP/2; :mod:`.extra`: the error if a library is missing.
"""

from catenet.application.http.extra import require

require("h11", "h2")

from catenet.application.http.client.answer import Answer  # noqa: E402
from catenet.application.http.client.client import Client  # noqa: E402
from catenet.application.http.client.har import HarLog  # noqa: E402
from catenet.application.http.client.timings import Timings  # noqa: E402
from catenet.application.http.content import Content, respond  # noqa: E402
from catenet.application.http.errors import ClientError, HttpError, TooManyRedirects  # noqa: E402
from catenet.application.http.files import Files  # noqa: E402
from catenet.application.http.headers import Headers  # noqa: E402
from catenet.application.http.limits import Limits  # noqa: E402
from catenet.application.http.message import Body, Handler, Request, Response  # noqa: E402
from catenet.application.http.server.server import Server  # noqa: E402
from catenet.application.http.tunnel import Tunnel, splice  # noqa: E402

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
