from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

from tests.compat.site import TEXT, Row, Site
from tests.compat.web.asgi import https_client, serve_with_uvicorn


class Item(BaseModel):
    name: str
    price: float
    text: str = ""


def unit() -> str:
    return "EUR"


def application() -> FastAPI:
    app = FastAPI()
    items: dict[int, Item] = {}

    @app.put("/items/{number}")
    async def put(number: int, item: Item) -> dict[str, int]:
        items[number] = item
        return {"stored": len(items)}

    @app.get("/items/{number}")
    def get(number: int, unit: Annotated[str, Depends(unit)]) -> dict[str, object]:
        if number not in items:
            raise HTTPException(404, f"no item {number}")
        return {"unit": unit, **items[number].model_dump()}

    return app


async def serve(site: Site) -> None:
    await serve_with_uvicorn(application(), site)


async def ask(site: Site) -> None:
    async with https_client(site) as client:
        for number, text in enumerate(("", TEXT), 1):
            item = {"name": "a", "price": 1.5, "text": text}
            assert (await client.put(f"/items/{number}", json=item)).json() == {"stored": number}
            assert (await client.get(f"/items/{number}")).json() == {"unit": "EUR", **item}
        refused = await client.put("/items/one", json={"name": "a"})
        assert refused.status_code == 422
        assert {tuple(error["loc"]) for error in refused.json()["detail"]} == {("path", "number"), ("body", "price")}
        assert (await client.get("/items/9")).json() == {"detail": "no item 9"}
        assert "/items/{number}" in (await client.get("/openapi.json")).json()["paths"]


ROW = Row(
    ("fastapi", "uvicorn", "httpx"),
    "HTTP/1.1: validated JSON up to 300 kB both ways, a dependency in a worker thread, refusals, the schema",
    "1.3",
    serve,
    ask,
    "Worker threads are steps of virtual time",
)
