"""The engine's threads and this module's state are one per process. A sub-interpreter would share them with the main one, under another
lock, so it is refused here, before the extension is loaded."""

import importlib


def check() -> None:
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            module = importlib.import_module(name)
            there, main = module.get_current(), module.get_main()
        except (ImportError, AttributeError):
            continue  # another Python, which has no sub-interpreters that we know of
        if there != main:
            raise ImportError("wellhead cannot be imported in a sub-interpreter: use it in the main interpreter, or in a process of its own")
        return


check()
