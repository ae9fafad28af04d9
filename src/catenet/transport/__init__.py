"""Transport: a byte stream (TCP) and datagrams (UDP) between two ports."""
