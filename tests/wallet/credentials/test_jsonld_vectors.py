from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from wallet.credentials import errors
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.jsonld.canonical import canonical_form

FOLDER = Path(__file__).parents[2] / "vectors" / "json-ld"
TESTS = json.loads((FOLDER / "toRdf.json").read_text("utf-8"))["tests"]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test["id"])
def test_a_document_of_the_standard_means_what_it_says_there_or_is_refused(
    test: dict[str, Any],
) -> None:
    if test["answer"] != "covered":
        with pytest.raises(getattr(errors, test["answer"])):
            canonicalize(test["document"], contexts=test["contexts"])
        return
    expected = pyoxigraph.parse(test["expected"].encode(), pyoxigraph.RdfFormat.N_QUADS)
    assert canonicalize(test["document"], contexts=test["contexts"]) == canonical_form([*expected])
