"""Read what a protocol request carries: fields of an address or a form, text, which must be UTF-8."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from kg.errors import BadInput, WrongType

_FORM = "application/x-www-form-urlencoded"
_UTF8 = {"utf-8", "utf8"}


def fields(data: bytes) -> dict[str, list[str]]:
    """Return the fields of *data* (``a=1&b=2``): name → values in their order.

    Raises:
        BadInput: not UTF-8, or more than a thousand fields.
    """
    try:
        pairs = parse_qsl(text(data), keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except UnicodeDecodeError as error:
        raise BadInput("sparql.encoding") from error
    except ValueError as error:
        raise BadInput("error.bad-request") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def text(data: bytes) -> str:
    """Return *data* as text.

    Raises:
        BadInput: not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("sparql.encoding") from error


def asked(name: str, direct: str, wrong_type: str) -> dict[str, list[str]]:
    """Return the fields of the request, of its address and of its body.

    The body is a form, or the text itself, of media type *direct*, which becomes the field *name*.

    Raises:
        BadInput: not UTF-8.
        WrongType: a body of another type; *wrong_type* is the sentence.

    Source: SPARQL 1.1 Protocol, sections 2.1 and 2.2.
    """
    found = fields(request.query_string)
    if request.method != "POST":
        return found
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in {_FORM, direct} or charset not in _UTF8:
        raise WrongType(wrong_type, found=(request.content_type or "")[:60])
    body = request.get_data()
    inside = fields(body) if request.mimetype == _FORM else {name: [text(body)]}
    for field, values in inside.items():
        found.setdefault(field, []).extend(values)
    return found
