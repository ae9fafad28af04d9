"""Sizes and colours of the picture of seven layers."""

from __future__ import annotations

from typing import Final

MARGIN: Final = 36.0
TOP: Final = 112.0
ROW_HEIGHT: Final = 92.0
BOX_HEIGHT: Final = 78.0
BOX_WIDTH: Final = 250.0
STEP: Final = 26.0
NODE_WIDTH: Final = 172.0
LINK_WIDTH: Final = 116.0
LANE: Final = 16.0
"""The distance of a packet's way from the edge of a node's boxes."""

STYLE: Final = """\
  .layer { stroke: #9aa5b1; stroke-width: 1; }
  .layer7 { fill: #eaf2fd; } .layer6 { fill: #f3edfb; } .layer5 { fill: #eef0f3; } .layer4 { fill: #e7f6ec; }
  .layer3 { fill: #fff4dc; } .layer2 { fill: #fdeae3; } .layer1 { fill: #eef0f3; }
  .part { stroke: #ffffff; stroke-width: 1; }
  .part7 { fill: #2f6fde; } .part6 { fill: #7d4fc4; } .part4 { fill: #2f9e5f; } .part3 { fill: #d99a1c; }
  .part2 { fill: #d0653f; } .part1 { fill: #9aa5b1; }
  .quiet2 { fill: #52606d; }
  .wire { stroke: #2f6fde; stroke-width: 2.5; stroke-linecap: round; }
  .dots { stroke-dasharray: 2 6; }
  .lean { stroke: #9aa5b1; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    .layer { stroke: #616e7c; }
    .layer7 { fill: #1b2a40; } .layer6 { fill: #2a2140; } .layer5 { fill: #22282f; } .layer4 { fill: #173325; }
    .layer3 { fill: #3a2f14; } .layer2 { fill: #3d241b; } .layer1 { fill: #22282f; }
    .part { stroke: #14181d; } .quiet2 { fill: #b8c2cc; } .wire { stroke: #7fb0ff; }
  }
"""


def row_top(number: int) -> float:
    """The top of a layer's row."""
    return TOP + ROW_HEIGHT * (7 - number)
