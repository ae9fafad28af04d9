"""The protocols that a group may run on, by name."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Final, NamedTuple

from catenet.application.consensus.entry import Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.raft import messages as raft
from catenet.application.replication.codec import ENTRIES, MEMBERSHIP, Kind, MessageCodec


class Protocol(NamedTuple):
    """``replica`` makes a replica of that number from what it finds on its disk; ``codec`` writes its messages."""

    replica: Callable[[int, Stored], Replica]
    codec: MessageCodec
