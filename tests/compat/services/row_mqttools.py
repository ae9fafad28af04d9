from __future__ import annotations

import asyncio

from mqttools import Broker, Client, Message

from tests.compat.site import BODY, Row, Site


async def serve(site: Site) -> None:
    await Broker([("::", 1883), ("::", 8883, site.server_tls())]).serve_forever()


async def ask(site: Site) -> None:
    tls = site.client_tls()
    subscriber = Client("server", 8883, subscriptions=["sensors/#"], ssl=tls)
    publisher = Client("server", 8883, will_topic="sensors/will", will_message=b"gone", ssl=tls)
    plain = Client("server", 1883, subscriptions=["sensors/+/large"])
    async with subscriber, plain, publisher:
        for number in range(100):
            publisher.publish(Message(f"sensors/{number}", b"%d" % number))
        publisher.publish(Message("sensors/7/large", BODY))
        for number in range(100):
            message = await asyncio.wait_for(subscriber.messages.get(), 60)
            assert (message.topic, message.message) == (f"sensors/{number}", b"%d" % number)
        for client in (subscriber, plain):
            message = await asyncio.wait_for(client.messages.get(), 60)
            assert (message.topic, message.message) == ("sensors/7/large", BODY)
        await asyncio.sleep(200)


ROW = Row(
    ("mqttools",),
    "MQTT 5 broker and clients: 100 messages and one of 300 kB by wildcards, and 200 s of keep-alive",
    "1.3, and none",
    serve,
    ask,
)
