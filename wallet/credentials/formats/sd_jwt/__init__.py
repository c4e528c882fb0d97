"""RFC 9901: tokens of which a holder shows a part (SD-JWT)."""
