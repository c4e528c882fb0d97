"""The keeper: the process that holds a wallet's keys, so that they are gone when it ends.

Python cannot wipe memory; the end of a process does. Whoever opens a wallet starts a keeper
(`child`) and hands it the passphrase; it answers with the keys that read the vault, and from then
on signs what it is asked to (`answering`), until it is told to end or its asker is gone. `holdfast
unlock` leaves one behind that listens in the wallet's folder for a while (`listening`).
"""
