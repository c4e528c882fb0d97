"""What every test shares: how long hypothesis may think."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no defect: no example has a deadline.
settings.register_profile("holdfast", deadline=None)
settings.load_profile("holdfast")
