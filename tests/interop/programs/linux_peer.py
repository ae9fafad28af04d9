"""Linux's end of the tests: plain sockets of the standard library, nothing of Catenet.

Run by path in a network namespace.  It prints ``ready`` when it can be spoken to, and then what it found.
"""

from __future__ import annotations

import errno
import hashlib
import selectors
import socket
import statistics
import struct
import sys
import time

CHUNK = 1 << 18


def pattern(octets: int) -> bytes:
    """Data that no shift or swap leaves as it was."""
    block = b"".join(hashlib.sha256(struct.pack("!Q", number)).digest() for number in range(4096))
    return (block * (octets // len(block) + 1))[:octets]


def listener(port: int) -> socket.socket:
    made = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024)
    print("ready", flush=True)
    return made


def choose(sock: socket.socket, congestion: str) -> None:
    if congestion != "-":
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, congestion.encode())


def digest(sock: socket.socket) -> str:
    found = hashlib.sha256()
    while data := sock.recv(CHUNK):
        found.update(data)
    return found.hexdigest()


def send(address: str, port: int, octets: int, congestion: str) -> None:
    """Send so much and close; prints the digest that the other end answers."""
    print("ready", flush=True)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as sock:
        choose(sock, congestion)
        sock.connect((address, port))
        sock.sendall(pattern(octets))
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while data := sock.recv(4096):
            answer += data
        print(answer.decode())


def receive(port: int) -> None:
    """Take one connection to its end; prints the digest of what came."""
    with listener(port) as server:
        sock, _ = server.accept()
        with sock:
            print(digest(sock), flush=True)


def fetch(address: str, port: int) -> None:
    """Connect and read to the end; prints the digest."""
    print("ready", flush=True)
    with socket.create_connection((address, port)) as sock:
        print(digest(sock))


def serve(port: int, octets: int, congestion: str) -> None:
    """Take one connection and send so much."""
    with listener(port) as server:
        choose(server, congestion)
        sock, _ = server.accept()
        with sock:
            sock.sendall(pattern(octets))


def half_close(address: str, port: int) -> None:
    """Close our side at once; what the other end says after that must still come."""
    print("ready", flush=True)
    with socket.create_connection((address, port)) as sock:
        sock.sendall(b"question")
        sock.shutdown(socket.SHUT_WR)
        print(digest(sock))


def receive_and_answer(port: int, octets: int) -> None:
    """Read one connection to its end, and only then send so much."""
    with listener(port) as server:
        sock, _ = server.accept()
        with sock:
            digest(sock)
            sock.sendall(pattern(octets))


def many(address: str, port: int, count: int) -> None:
    """Open so many connections at once, and have each echo its number; prints how many did."""
    print("ready", flush=True)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    selector = selectors.DefaultSelector()
    socks = [socket.socket(family) for _ in range(count)]
    for sock in socks:
        sock.setblocking(False)
        code = sock.connect_ex((address, port))
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, errno.errorcode[code])
        selector.register(sock, selectors.EVENT_WRITE)
    right = connected = 0
    while selector.get_map():
        for key, event in selector.select(30):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            number = struct.pack("!I", socks.index(sock))
            if event & selectors.EVENT_WRITE:
                connected += 1
                selector.unregister(sock)
                if connected == count:  # all are open before the first speaks
                    for index, each in enumerate(socks):
                        each.send(struct.pack("!I", index))
                        selector.register(each, selectors.EVENT_READ)
            else:
                right += sock.recv(4) == number
                selector.unregister(sock)
                sock.close()
    print(right)


def echo(port: int, count: int) -> None:
    """Take so many connections, all open at once, and echo what each says."""
    with listener(port) as server:
        socks = [server.accept()[0] for _ in range(count)]
        for sock in socks:
            sock.sendall(sock.recv(4))
        for sock in socks:
            sock.close()


def refused(address: str, port: int) -> None:
    """Prints the error that connecting gives."""
    print("ready", flush=True)
    try:
        socket.create_connection((address, port), timeout=20).close()
        print("connected")
    except OSError as error:
        print(errno.errorcode[error.errno or 0])


def datagram_refused(address: str, port: int, octets: int) -> None:
    """Prints the error that a datagram to a port where nobody listens brings back."""
    print("ready", flush=True)
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, port))
    sock.settimeout(2)
    for _ in range(5):  # some are lost
        try:
            sock.send(bytes(octets))
            sock.recv(1)
        except TimeoutError:
            continue
        except OSError as error:
            print(errno.errorcode[error.errno or 0])
            return


def reset(address: str, port: int) -> None:
    """Connect, say something, and end with a RST."""
    print("ready", flush=True)
    sock = socket.create_connection((address, port))
    sock.sendall(b"about to go")
    sock.recv(1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def be_reset(port: int) -> None:
    """Take one connection, and print the error that reading from it ends with."""
    with listener(port) as server:
        sock, _ = server.accept()
        try:
            while sock.recv(4096):
                pass
            print("closed")
        except OSError as error:
            print(errno.errorcode[error.errno or 0])


def answer_datagrams(port: int, seconds: float) -> None:
    """Send every datagram back, for so long after the last."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", port))
    sock.settimeout(seconds)
    print("ready", flush=True)
    try:
        while True:
            data, sender = sock.recvfrom(65_536)
            sock.sendto(data, sender)
    except TimeoutError:
        pass


def round_trips(address: str, port: int, count: int, interval_s: float) -> None:
    """Prints the median round-trip time of so many datagrams, in milliseconds."""
    print("ready", flush=True)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, port))
    sock.settimeout(5)
    times = []
    for number in range(count):
        begun = time.perf_counter()
        sock.send(struct.pack("!I", number))
        while sock.recv(2048) != struct.pack("!I", number):
            pass
        times.append(time.perf_counter() - begun)
        time.sleep(interval_s)
    print(statistics.median(times) * 1000)


def big_round_trip(address: str, port: int, octets: int) -> None:
    """Send one large datagram, and print how much of it came back right."""
    print("ready", flush=True)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, port))
    sock.settimeout(1)
    for _ in range(5):  # the first one finds the path MTU
        sock.send(pattern(octets))
        try:
            data = sock.recv(65_536)
            print(len(data) if data == pattern(octets) else -1)
            return
        except TimeoutError:
            continue


def count_datagrams(port: int, seconds: float) -> None:
    """Prints how many different numbers came, when nothing has come for so long."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
    sock.bind(("", port))
    print("ready", flush=True)
    numbers = set()
    sock.settimeout(30)
    try:
        while True:
            numbers.add(sock.recv(2048))
            sock.settimeout(seconds)
    except TimeoutError:
        print(len(numbers))


def send_datagrams(address: str, port: int, count: int, per_second: float) -> None:
    """Send so many numbered datagrams, evenly spaced."""
    print("ready", flush=True)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, port))
    sock.send(b"first")  # ARP's queue is short
    time.sleep(1)
    begun = time.perf_counter()
    for number in range(count):
        ahead_s = begun + number / per_second - time.perf_counter()
        if ahead_s > 0.001:
            time.sleep(ahead_s)
        sock.send(struct.pack("!I", number))
    print(count)


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    numbers = [float(word) if "." in word and word.replace(".", "", 1).isdigit() else word for word in words]
    globals()[verb](*(int(word) if isinstance(word, str) and word.isdigit() else word for word in numbers))
