"""What both ends of HTTP/2 share (RFC 9113), by h2.

**Guarantees** to :mod:`catenet.application.http.server` and :mod:`catenet.application.http.client`: streams whose
bodies obey flow control both ways; priorities are ignored; floods of frames end the connection.  **Requires**: h2.

- Read first :mod:`.connection`: octets become events, and bodies become frames;
- :mod:`.floods`: counts frames that cost the peer little and us much.
"""
