"""A web server that says who asks."""

import asyncio


async def serve() -> None:
    server = await asyncio.start_server(answer, None, 80)
    await server.serve_forever()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while (await reader.readline()).strip():
        pass
    address, port = writer.get_extra_info("peername")[:2]
    body = f"you are {address}, port {port}\n".encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
    writer.close()
