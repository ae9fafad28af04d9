"""TLS: the certificates of an internet, and contexts for its hosts.  TLS itself is OpenSSL's, by Python's ``ssl``.

:mod:`.authority`: a certificate authority; :mod:`.certificates`: keys and X.509, the same for the same seed.
:mod:`.internet_tls`: the authorities of one internet, and which of them its hosts trust; :mod:`.host_tls`: what one
host counts and logs, and contexts by its name.  :mod:`.contexts`: ``ssl.SSLContext`` with ALPN, versions and client
certificates; :mod:`.resumption`: contexts of clients that resume their sessions.  :mod:`.openssl_library`: the
functions of OpenSSL that ``ssl`` lacks; :mod:`.failures`: what an ``ssl.SSLError`` says, in words.
"""

from __future__ import annotations

from catenet.presentation.tls.authority import Authority, Certificate
from catenet.presentation.tls.host_tls import HostTls, machine_tls

__all__ = ["Authority", "Certificate", "HostTls", "machine_tls"]
