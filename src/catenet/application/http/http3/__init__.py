"""What both ends of HTTP/3 share (RFC 9114 over RFC 9000), by aioquic.

**Guarantees** to :mod:`catenet.application.http.server` and :mod:`catenet.application.http.client`: streams whose
bodies obey flow control both ways; the same run for the same random numbers of the host.  **Requires**: aioquic's
cores without input and output, a function that sends datagrams.

- Read first :mod:`.connection`: datagrams become events, and bodies become frames; :mod:`.framing`: HTTP in streams;
- :mod:`.quic`: a connection of QUIC; :mod:`.tls`: its keys; :mod:`.settings`: certificates and limits.
"""

import logging

from catenet.errors import MissingExtra, installed

if not installed("aioquic"):
    raise MissingExtra("HTTP/3", "aioquic", "services")

logging.getLogger("quic").addHandler(logging.NullHandler())  # aioquic tells of peers' faults: not on a terminal
