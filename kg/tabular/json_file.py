"""Read JSON of others: not UTF-8, cut or without bottom, it is refused with its place."""

from __future__ import annotations

import json
from typing import Any

from kg.errors import Unreadable
from kg.tabular.model import Upload


def load(upload: Upload) -> Any:
    """Return the JSON of *upload*.

    Raises:
        Unreadable: not UTF-8 (names the byte), not JSON (names the line), or too deep.
    """
    try:
        return json.loads(upload.data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        told = {"name": upload.name, "byte": error.start}
        raise Unreadable("validation.not-utf8", **told) from error
    except json.JSONDecodeError as error:
        raise Unreadable("validation.json", name=upload.name, row=error.lineno) from error
    except (RecursionError, ValueError) as error:  # a number of 5,000 digits is a ValueError
        raise Unreadable("validation.json", name=upload.name, row=1) from error
