"""One HTTP request, followed down the seven layers at the client, along its route, and up at the server.

**Guarantees** to programs and to the command line: the octets and fields of each layer's header as they crossed each
link, times, losses and retransmissions, as data.  **Requires** of the rooms below: links that can be watched, and the
HTTP client and server of the extra ``services``.

- Read first :mod:`.trace`: ``trace_request``; :mod:`.result`: what it returns; :mod:`.target`: which host asks which;
- :mod:`.exchange`: the two programs; :mod:`.crossings`: watches links; :mod:`.paths`: follows a packet over links;
- :mod:`.conversation` and :mod:`.packets`: the packets of the request; :mod:`.stream`: the octets that one end sent;
  :mod:`.messages`: where in them the request and the answer are;
- :mod:`.layers`: a packet as seven layers, by :mod:`.upper_layers` and :mod:`.lower_layers`; :mod:`.headers`: fields.
"""
