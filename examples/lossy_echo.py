"""How long an echo takes over a link that loses packets: plain asyncio, no scenario file.

TCP repairs every loss, and the repair is what the slowest echoes pay for.
"""

import asyncio
import statistics
import time

import catenet


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send every line back."""
    while line := await reader.readline():
        writer.write(line)
    writer.close()


async def serve() -> None:
    """Echo on port 7 (RFC 862)."""
    async with await asyncio.start_server(echo, port=7) as server:
        await server.serve_forever()


async def ask(server: str, times: int, found_s: list[float]) -> None:
    """Note how long each of so many echoes takes."""
    reader, writer = await asyncio.open_connection(server, 7)
    for number in range(times):
        start = time.perf_counter()
        writer.write(f"line {number}\n".encode())
        await reader.readline()
        found_s.append(time.perf_counter() - start)
    writer.close()


def echo_times_s(loss: str, times: int = 500, seed: int = 7) -> list[float]:
    """The echo times, in seconds, over a link of 10 ms and 10 Mbit/s that loses that share of its packets."""
    net = catenet.Internet(seed=seed)
    server, client = net.host("server"), net.host("client")
    net.link(server, client, rate="10Mbit/s", delay="10ms", loss=loss)
    found_s: list[float] = []
    server.run(serve, service=True)
    client.run(ask, "server", times, found_s)
    net.run()
    return found_s


if __name__ == "__main__":
    print("  loss   echoes        p50        p99        max")
    for loss in ("0%", "0.1%", "1%", "5%"):
        found_ms = sorted(second * 1000 for second in echo_times_s(loss))
        p50_ms, p99_ms = statistics.median(found_ms), found_ms[len(found_ms) * 99 // 100]
        print(f"{loss:>6} {len(found_ms):8} {p50_ms:7.1f} ms {p99_ms:7.1f} ms {found_ms[-1]:7.1f} ms")
