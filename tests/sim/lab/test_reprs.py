"""What one sees at a prompt: each object says what it is, and how it fares."""

from __future__ import annotations

import asyncio

from catenet import Internet


async def fail() -> None:
    await asyncio.sleep(1)
    raise LookupError("no such thing")


def test_an_internet_and_what_is_in_it() -> None:
    net = Internet(seed=7, name="abilene")
    paris, oslo = net.routers("paris", "oslo")
    server = net.host("server", at=oslo)
    hub = net.switch("hub")
    link = net.link(paris, oslo, rate="10Gbit/s", delay="14ms", back={"delay": "1500us"})
    assert repr(server) == "<Host server: no address yet>"
    server.run(fail)
    run = net.run(check=False)

    told = repr(net)
    assert told == ("<Internet 'abilene', seed 7: 2 routers, 1 host, 1 switch, 2 links; at 1 s; 1 program, 1 failed>")
    assert repr(run).startswith("<Run of 'abilene', seed 7: finished at 1 s; ")
    assert repr(run).endswith(" events; 1 program, 1 failed>")
    assert repr(server).startswith("<Host server: 10.0.")
    assert repr(server).endswith("; 1 program, 0 running, 1 failed>")
    assert repr(link) == "<link paris-oslo: paris – oslo; 10 Gbit/s, 14 ms, back 10 Gbit/s, 1.5 ms; up>"
    assert repr(hub) == "<switch hub: no links>"
    assert repr(paris).startswith("<router paris: routing auto; 10.0.")
    link.cut()
    assert repr(link).endswith("; cut>")
    assert repr(paris).endswith("; links paris-oslo (cut)>")
    server.crash()
    assert repr(server).endswith("; down>")


def test_a_standstill_says_who_waits() -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    net = Internet()
    net.host("a").run(wait, name="waiter")
    net.run("1s")
    told = repr(net.result("deadlock"))
    assert "deadlock at 1 s" in told
    assert "waiter" in told
