"""Presentation, layer 6: how the data of programs look on the wire.

It promises the application that what one program wrote another one reads: in messages (:mod:`.framing`), in a form that
both know (:mod:`.encoding`), smaller (:mod:`.compression`), and encrypted and authenticated (:mod:`.tls`).  It asks the
session layer for streams of bytes.  Nothing here reads a socket.

Read first :mod:`.framing`.
"""
