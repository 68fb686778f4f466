"""What SCIM says of itself (RFC 7643)."""

from typing import Any

from mainstay.clients.rules.provisioning import LIST, PAGE_MAX, USER

SERVICE: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": PAGE_MAX},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": False},
    "authenticationSchemes": [
        {"type": "oauthbearertoken", "name": "Bearer key", "description": "A key of the client's.", "primary": True}
    ],
}

USER_TYPE: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    "id": "User",
    "name": "User",
    "endpoint": "/Users",
    "schema": USER,
}


def _attribute(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    usual = {
        "name": name, "type": kind, "multiValued": False, "required": False, "caseExact": False,
        "mutability": "readWrite", "returned": "default", "uniqueness": "none",
    }  # fmt: skip
    return {**usual, **more}


USER_SCHEMA: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    "id": USER,
    "name": "User",
    "description": "Somebody of the client's who can sign in",
    "attributes": [
        _attribute("userName", required=True, mutability="immutable", uniqueness="server"),
        _attribute("displayName"),
        _attribute("name", "complex", subAttributes=[_attribute("formatted")]),
        _attribute("emails", "complex", multiValued=True, mutability="readOnly", subAttributes=[_attribute("value")]),
        _attribute("active", "boolean"),
        _attribute("roles", "complex", multiValued=True, mutability="readOnly", subAttributes=[_attribute("value")]),
    ],
}


def listed(found: list[dict[str, Any]], *, total: int, start: int) -> dict[str, Any]:
    """A page of a list (RFC 7644, 3.4.2)."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }
