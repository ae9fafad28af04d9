from __future__ import annotations

import pytest

from catenet.application.mail.address import parse_address


def test_letters_case_matters_only_in_the_local_part_and_not_for_mailboxes() -> None:
    address = parse_address("Alice.B+tag@LAB.Example")
    assert (str(address), address.key) == ("Alice.B+tag@lab.example", "alice.b+tag@lab.example")


@pytest.mark.parametrize(
    "text",
    ["", "alice", "@lab.example", "alice@", "a..b@c.test", ".a@c.test", "a b@c.test", "a@b..test", "a@-b.test",
     "a@[192.0.2.1]", f"{'x' * 65}@c.test", f"a@{'x' * 64}.test", "a\n@c.test", "a@c.test\n", '"a"@c.test', "ä@c.test"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        parse_address(text)
