"""Which servers a domain has, from a name server's response."""

from __future__ import annotations

import asyncio
from typing import Any

import dns.message
import dns.name
import dns.rrset
import pytest
from dns.rdatatype import RdataType

from catenet.application.dns.stub.resolv_conf import ResolvConf
from catenet.application.mail.relay.mx import MxStub, NoMailServer


class Answered(MxStub):
    """A stub that always gets this response."""

    def __init__(self, *records: str, rcode: int = 0, silent: bool = False) -> None:
        super().__init__(ResolvConf(("192.0.2.1",)))
        response = dns.message.make_response(dns.message.make_query("d.test.", "MX"))
        response.set_rcode(rcode)
        for record in records:
            owner, kind, *data = record.replace(" | ", "|").split(" ", 2)
            response.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, *data[0].split("|")))
        self._response = None if silent else dns.message.from_wire(response.to_wire())

    async def _query(self, name: dns.name.Name, rdtype: RdataType) -> Any:
        return self._response


def found(stub: MxStub, *own: str) -> list[str]:
    return asyncio.run(stub.mail_servers("d.test", own))


def test_servers_are_tried_by_preference_and_a_chain_is_followed() -> None:
    stub = Answered("d.test. CNAME e.test.", "e.test. MX 20 far.test. | 5 near.test. | 10 mid.test.")
    assert found(stub) == ["near.test.", "mid.test.", "far.test."]
    assert found(stub, "mid.test") == ["near.test."]


def test_servers_of_equal_preference_take_turns() -> None:
    stub = Answered("d.test. MX 5 one.test. | 5 two.test.")
    assert {tuple(found(stub)) for _ in range(64)} == {("one.test.", "two.test."), ("two.test.", "one.test.")}


def test_a_domain_without_mx_is_its_own_server() -> None:
    assert found(Answered()) == ["d.test."]


@pytest.mark.parametrize(
    ("stub", "own", "status"),
    [
        (Answered("d.test. MX 0 ."), (), "5.1.10"),
        (Answered(rcode=3), (), "5.1.2"),
        (Answered(silent=True), (), "4.4.3"),
        (Answered("d.test. MX 10 me.test."), ("me.test",), "5.4.6"),
    ],
)
def test_why_there_is_no_server(stub: MxStub, own: tuple[str, ...], status: str) -> None:
    with pytest.raises(NoMailServer) as refused:
        found(stub, *own)
    assert refused.value.status == status
