"""Anchors: documents under one hash in one transaction, and what proves that they were there."""
