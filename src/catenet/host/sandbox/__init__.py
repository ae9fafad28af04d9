"""What a host's program sees instead of the real machine.

**Promises** to the host: while its code runs, the standard library answers for that host; at all other times it is as
before.  **Asks** of the interpreter: CPython, and the OpenSSL that its ``ssl`` module is linked to.

- Read first :mod:`.environment`: what is replaced during a run; :mod:`.current`: which host's code is running now; its
  :mod:`.context`; :mod:`.patches`: replaces a function wherever a module holds it, and restores it;
- :mod:`.time`: ``time`` and ``datetime``; :mod:`.random`: ``random``, ``os.urandom``, ``secrets``, ``uuid``;
- :mod:`.sockets`: ``socket`` and name resolution; :mod:`.select`: ``select`` and ``poll`` without waiting;
- :mod:`.signals` and :mod:`.signal_table`: ``signal`` and ``os.kill``; :mod:`.disk`: the simulated disk;
- :mod:`.platform`: host name, process id, proxies;
- :mod:`.escapes`: what is refused; :mod:`.openssl`: TLS that repeats octet for octet;
- :mod:`.libraries`: what ``anyio``, ``numpy`` and ``aiohttp`` need beyond that.
"""
