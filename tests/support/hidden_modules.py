"""A Python that lacks some modules: a `sitecustomize` which hides them, for the PYTHONPATH of a process."""

_SITECUSTOMIZE = '''
import sys

HIDDEN = frozenset({names!r})


class Hiding:
    """A finder that finds what another one does, but for what is hidden."""

    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            return None
        return self._finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self._finder, name)


for name in [name for name in sys.modules if name.partition(".")[0] in HIDDEN]:
    del sys.modules[name]
sys.meta_path[:] = [Hiding(finder) for finder in sys.meta_path]
'''


def hide_modules(folder, names):
    """Write the module into a folder, and return the environment by which a Python finds it."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE.replace("{names!r}", repr(sorted(names))))
    return {"PYTHONPATH": str(folder)}
