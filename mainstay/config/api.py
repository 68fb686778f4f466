"""The API, version 1: each area adds its router here."""

from importlib import import_module
from importlib.util import find_spec

from mainstay.access.web import problems
from mainstay.access.web.api_auth import bearer

AREAS = ("clients", "watch", "desk", "promises", "report")

api = problems.DescribedAPI(title="Mainstay", version="1", urls_namespace="api-v1", docs_url=None, auth=bearer)
problems.install(api)

for _area in AREAS:
    if find_spec(f"mainstay.{_area}.web") and find_spec(f"mainstay.{_area}.web.api"):
        api.add_router("", import_module(f"mainstay.{_area}.web.api").router)
