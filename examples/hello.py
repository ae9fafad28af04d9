"""The first program of the README."""

import asyncio

import catenet


async def serve() -> None:
    """Greet whoever comes."""
    server = await asyncio.start_server(lambda _, w: w.write(b"hello from rome\n") or w.close(), None, 80)
    await server.serve_forever()


async def fetch() -> None:
    """Hear the greeting, and say how late it is."""
    reader, _ = await asyncio.open_connection("server", 80)
    print(await reader.read(), "after", asyncio.get_running_loop().time(), "s")


net = catenet.Internet(seed=7)
paris, oslo, rome = net.routers("paris", "oslo", "rome")
net.link(paris, oslo, rate="1Gbit/s", delay="14ms", loss="0.1%")
net.link(oslo, rome, rate="1Gbit/s", delay="21ms")
net.host("server", at=rome).run(serve, service=True)
net.host("client", at=paris).run(fetch)
net.run()
