"""A web server, and a shopper who finds it by name."""

import asyncio
import socket

PAGE = b"nothing for sale\n"


async def serve() -> None:
    server = await asyncio.start_server(answer, None, 80)
    await server.serve_forever()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while (await reader.readline()).strip():
        pass
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(PAGE), PAGE))
    writer.close()


async def shop() -> None:
    loop = asyncio.get_running_loop()
    for name, pause_s in (
        ("www.shop.test", 1),
        ("www.shop.test", 19),
        ("www.shop.test", 1),
        ("oslo.branch.shop.test", 0),
    ):
        begun = loop.time()
        try:
            found = await loop.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            print(f"{name}: {error.strerror} after {1000 * (loop.time() - begun):.0f} ms")
            continue
        looked_up = loop.time()
        page = await fetch(name, str(found[0][4][0]))
        took, rest = looked_up - begun, loop.time() - looked_up
        print(f"{name} is {found[0][4][0]} ({1000 * took:.0f} ms): {page} ({1000 * rest:.0f} ms)")
        await asyncio.sleep(pause_s)


async def fetch(name: str, address: str) -> str:
    """The body of the page ``/``."""
    reader, writer = await asyncio.open_connection(address, 80)
    writer.write(b"GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % name.encode())
    response = await reader.read()
    writer.close()
    return response.partition(b"\r\n\r\n")[2].decode().strip()
