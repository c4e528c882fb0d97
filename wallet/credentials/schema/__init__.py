"""VC JSON Schema: whether a credential has the shape that its issuer promises.

Nothing here asks anyone: what stands at the address of a schema comes as bytes, and a schema that
leans on another document is not judged.
"""

from __future__ import annotations

from wallet.credentials.schema.entries import SchemaEntry, schema_entries, schema_of
from wallet.credentials.schema.judging import judge_schema
from wallet.credentials.schema.violations import Violation

__all__ = ["SchemaEntry", "Violation", "judge_schema", "schema_entries", "schema_of"]
