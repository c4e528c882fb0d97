"""A GGUF file, loaded by llama.cpp: the one way to do it."""

from __future__ import annotations

from typing import Any, Final

import llama_cpp

CONTEXT: Final = 1_024  # tokens; llama.cpp rounds to multiples of 256
# A model this small gains little from a second thread, and waits for it on a busy machine.
THREADS: Final = 1
_DEFAULT_PARAMETERS: Final = llama_cpp.llama_cpp.llama_model_default_params


def load(path: str, *, context: int = CONTEXT, threads: int = THREADS, **options: Any) -> Any:
    """The model of a GGUF file; `options` are further ones of `llama_cpp.Llama`."""
    # Llama() has no argument for this. Weights repacked for AMX end the process on virtual machines
    # that list those instructions and do not have them, and gain nothing in a model this small.
    llama_cpp.llama_cpp.llama_model_default_params = _without_repacking
    return llama_cpp.Llama(
        model_path=path,
        n_ctx=context,
        n_batch=min(context, CONTEXT),
        n_threads=threads,
        n_threads_batch=threads,
        verbose=False,
        **options,
    )


def _without_repacking() -> Any:
    parameters = _DEFAULT_PARAMETERS()
    parameters.use_extra_bufts = False
    return parameters
