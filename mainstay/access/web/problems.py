"""Errors of the API as problem details (RFC 9457): `application/problem+json` with type, title, status and detail."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mainstay.access.web.sent import StorableText

MEDIA_TYPE = "application/problem+json"
JSON = "application/json"
A_PROBLEM = {"$ref": "#/components/schemas/Problem"}


class Problem(Schema):
    """What went wrong, for people (`title`, `detail`) and programs (`status`, `errors`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] | None = None


def problem(status: int, detail: str = "", errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    """An answer that says what went wrong. `errors` names each wrong field by `field`, with `detail`."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    if errors is not None:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


class DescribedAPI(NinjaAPI):
    """An API whose description says of every address how its problems come: as `MEDIA_TYPE`, and 400 among them."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """The description (OpenAPI 3.1), with problems as they are answered."""
        described = super().get_openapi_schema(**options)
        for operation in (each for methods in described["paths"].values() for each in methods.values()):
            answers = operation["responses"]
            answers.setdefault(400, {"description": HTTPStatus(400).phrase, "content": {JSON: {"schema": A_PROBLEM}}})
            for status, answer in answers.items():
                if int(status) >= 400 and JSON in answer.get("content", {}):
                    answer["content"][MEDIA_TYPE] = answer["content"].pop(JSON)
        return described


def install(api: NinjaAPI) -> None:
    """Let every error of `api` be answered as a problem, text that cannot be stored among them."""
    api.parser = StorableText()
    answers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        ValidationError: _invalid,
        HttpError: _http_error,
        AuthenticationError: _no_token,
        PermissionDenied: _forbidden,
        Http404: _not_found,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _field(each.get("loc", ())), "detail": str(each.get("msg", ""))} for each in error.errors]
    return problem(422, "Some of what was sent cannot be used.", errors)


def _field(location: Any) -> str:
    """`("body", "data", "url")` as `url`: what the caller wrote, without where ninja looked for it."""
    return ".".join(str(part) for part in list(location)[1:] if part not in ("data", "payload"))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, error.message)


def _no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "Send a token that works: Authorization: Bearer mst_…")
    answer["WWW-Authenticate"] = 'Bearer realm="Mainstay"'
    return answer


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "The token, or its owner, lacks the right to do this.")


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "There is nothing here, or it is not yours to see.")
