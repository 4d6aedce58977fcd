"""The docs page: the framework's, with scripts and styles that Segue serves itself."""

from __future__ import annotations

from fastapi import Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.routing import Route

ASSETS = "/static-offline-docs"


def docs_page() -> str:
    """Return the page; it is made once, so that its inline script can be named by its hash."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Segue",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
        swagger_ui_parameters={"tryItOutEnabled": True, "defaultModelsExpandDepth": 0},
    )
    return bytes(page.body).decode()


def docs_route(page: str) -> Route:
    """Return the route that answers with the page."""

    async def docs(_: Request) -> HTMLResponse:
        return HTMLResponse(page)

    return Route("/docs", docs)
