"""ISO/IEC 18013-5: mdocs, such as mobile driving licences; signed by whom a certificate names."""

from __future__ import annotations

from wallet.credentials.formats.mdoc.opening import MdocProof, OpenedMdoc, open_mdoc, written

__all__ = ["MdocProof", "OpenedMdoc", "open_mdoc", "written"]
