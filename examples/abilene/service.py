"""A small weather service: an ordinary Starlette application under an ordinary uvicorn.

Nothing in this file knows of Catenet.  ``uvicorn service:app`` serves the same application on a real machine.
"""

from __future__ import annotations

import math
import random

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TILE = bytes(range(256)) * 4  # 1 KiB


async def forecast(request: Request) -> JSONResponse:
    """A day of temperatures for one city: about a kilobyte."""
    city = request.path_params["city"]
    mildness = random.uniform(8, 20)
    hours = [round(mildness + 6 * math.sin((hour - 9) / 24 * math.tau), 1) for hour in range(24)]
    return JSONResponse({"city": city, "hourly_celsius": hours, "summary": "bright spells, a breeze later"})


async def radar(request: Request) -> Response:
    """A picture from the rain radar, of as many KiB as one asks for."""
    return Response(TILE * int(request.path_params["kib"]), media_type="application/octet-stream")


app: Starlette = Starlette(
    routes=[
        Route("/forecast/{city}", forecast),
        Route("/radar/{kib:int}", radar),
    ]
)


async def main(port: int = 80) -> None:
    """Serve until the end of time, over IPv4 and IPv6 alike."""
    config = uvicorn.Config(app, host="", port=port, log_level="warning", lifespan="off", access_log=False)
    await uvicorn.Server(config).serve()
