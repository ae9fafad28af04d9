"""Three routers, a link that is cut, and an ordinary asyncio program that hardly notices."""

import asyncio

import catenet


async def serve() -> None:
    """Answer every connection with a greeting."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello from Rome\n")
        writer.close()

    async with await asyncio.start_server(greet, port=80) as server:
        await server.serve_forever()


async def ask(server: str) -> None:
    """Ask once a second, and say when the answer came."""
    loop = asyncio.get_running_loop()
    for _ in range(5):
        start = loop.time()
        reader, writer = await asyncio.open_connection(server, 80)
        print(f"{start:7.3f} s  {(await reader.read()).decode().strip()}, after {(loop.time() - start) * 1000:.1f} ms")
        writer.close()
        await asyncio.sleep(1)


net = catenet.Internet(seed=7)
paris, oslo, rome = net.routers("paris", "oslo", "rome")
net.link(paris, oslo, rate="1Gbit/s", delay="14ms")
net.link(oslo, rome, rate="1Gbit/s", delay="21ms")
net.link(rome, paris, rate="1Gbit/s", delay="11ms")
server, client = net.host("server", at=rome), net.host("client", at=paris)
server.run(serve, service=True)
client.run(ask, "server")
net.at("2.5s").cut(rome, paris)  # routes heal over Oslo
net.run()
