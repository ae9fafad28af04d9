"""The picture of a traced request: an encrypted one, over a long and lossy route between long names."""

from __future__ import annotations

from itertools import pairwise

import catenet
from catenet.view.pictures.layers import layers_svg

LONG = "a-name-that-nobody-would-type-twice-if-there-were-a-shorter-one"


def long_traced() -> str:
    net = catenet.Internet(seed=4)
    routers = net.routers(*(f"{letter}{LONG[1:]}" for letter in "abcdefghij"))
    for here, there in pairwise(routers):
        net.link(here, there, delay="1234567ns", rate="999.999Mbit/s", loss="4%")
    net.switch("switch")
    net.link("switch", routers[-1])
    server, client = f"y{LONG[1:]}", f"z{LONG[1:]}"
    net.host(server, at="switch", addresses=["2001:db8:1111:2222:3333:4444:5555:6666/64"])
    net.host(client, at=routers[0])
    url = f"https://[2001:db8:1111:2222:3333:4444:5555:6666]/{'path/' * 60}"
    return layers_svg(net.trace_request(url, serve=True, source=client).as_data())
