from __future__ import annotations

import pytest

from tests.wallet.credentials.mdoc.issuer import Authority, Making, new_key


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def making(authority: Authority) -> Making:
    return Making(authority, new_key())
