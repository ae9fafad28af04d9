"""Replaces the real machine for a host's programs.

**Guarantees** to the host: while its code runs, the standard library refers to that host; at all other times it is
unchanged.  **Requires** of the interpreter: CPython, and the OpenSSL that its ``ssl`` module is linked to.

- Read first :mod:`.environment`: the replacements of a run; :mod:`.current`: the host whose code is running; its
  :mod:`.context`; :mod:`.patches`: replaces a function wherever a module holds it, and restores it;
- :mod:`.time`: ``time`` and ``datetime``; :mod:`.random`: ``random``, ``os.urandom``, ``secrets``, ``uuid``;
- :mod:`.sockets`: ``socket`` and name resolution; :mod:`.select`: ``select`` and ``poll`` without waiting;
- :mod:`.signals` and :mod:`.signal_table`: ``signal`` and ``os.kill``; :mod:`.disk`: the simulated disk;
- :mod:`.platform`: host name, process id, proxies;
- :mod:`.escapes`: calls that are rejected; :mod:`.openssl` and :mod:`.tls`: TLS;
- :mod:`.libraries`: further replacements for ``anyio``, ``numpy`` and ``aiohttp``.
"""
