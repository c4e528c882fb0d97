"""Where `holdfast serve` listens, by which names it is reached, and with which certificate."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final

from wallet.errors import BadInput
from wallet.files import at_home

if TYPE_CHECKING:
    import argparse

    from wallet.serving.running import Place
    from wallet.serving.tls import Certified

_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def certified(parsed: argparse.Namespace) -> Certified | None:
    """The certificate to serve with, given or made; None for no TLS.

    Raises:
        BadInput: the options do not go together, or the files cannot be used.
    """
    files = (parsed.tls_certificate, parsed.tls_key)
    if any(files):
        if not all(files) or parsed.tls_self_signed:
            raise BadInput("--tls-certificate and --tls-key go together, and by themselves")
        # Deferred: for those who serve by TLS.
        from wallet.serving.tls import given  # noqa: PLC0415

        return given(*(at_home(file) for file in files))
    if not parsed.tls_self_signed:
        return None
    if not _is_loopback(parsed.host):
        raise BadInput(
            "a certificate that signed itself is for this machine alone",
            hint="name one that others trust: --tls-certificate and --tls-key",
        )
    from wallet.serving.tls import self_signed  # noqa: PLC0415 - as above

    return self_signed((*map(_host_name, parsed.name), "localhost", "127.0.0.1", "::1"))


def listening_place(parsed: argparse.Namespace, found: Certified | None) -> Place:
    """Listen, with the certificate that was found.

    Raises:
        BadInput: other machines would be served unsafely, or by no name.
        CannotListen: the port is taken.
    """
    from wallet.serving.running import Place  # noqa: PLC0415 - as above
    from wallet.serving.server import listening  # noqa: PLC0415

    host, names = parsed.host, [_host_name(name) for name in parsed.name]
    if _is_loopback(host):
        names += _LOOPBACK
    elif not parsed.allow_remote:
        raise BadInput(
            f"{host!r:.80} can be reached from other machines",
            hint="serve on 127.0.0.1, or say --allow-remote, with TLS",
        )
    elif found is None:
        raise BadInput(
            "other machines are served by TLS alone: a token would travel in the clear",
            hint="--tls-certificate and --tls-key, or a proxy in front of 127.0.0.1",
        )
    elif not names:
        raise BadInput(
            "nobody knows by which name other machines reach this server",
            hint="say it: --name wallet.example.com",
        )
    listener = listening("127.0.0.1" if host == "localhost" else host, parsed.port)
    port = listener.getsockname()[1]
    scheme, usual = ("http", 80) if found is None else ("https", 443)
    suffix = "" if port == usual else f":{port}"
    # By a name that was given, a proxy may be asked at another port.
    plain = names if port == usual else names[: len(parsed.name)]
    hosts = (*(f"{name}:{port}" for name in names), *plain)
    context = None if found is None else found.context
    return Place(listener, f"{scheme}://{names[0]}{suffix}", hosts, context)


def _host_name(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise BadInput(f"{name!r:.80} is no name of a host", hint="without scheme and port")
    return name.lower()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise BadInput(f"{host!r:.80} is no address", hint="127.0.0.1, ::1, 0.0.0.0") from error
