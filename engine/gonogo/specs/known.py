"""What scenarios share, read once for all of a run: standards, graphs, the names of fields, values as they are told."""

from __future__ import annotations

from functools import lru_cache

from gonogo.causes.loading import load_causes
from gonogo.causes.pack import CauseGraph
from gonogo.loading import load
from gonogo.pack import Standard
from gonogo.program.picks import plain_name
from gonogo.whatif.settings import Setting, read_settings


@lru_cache(maxsize=16)
def standard_of(pack: str) -> Standard:
    """The standard of a pack; raises `Refused`."""
    return load(pack)


@lru_cache(maxsize=16)
def graph_of(pack: str) -> CauseGraph:
    """The cause-effect graph of a pack; raises `Refused`."""
    return load_causes(pack, standard_of(pack))


@lru_cache(maxsize=10_000)
def setting_of(standard: Standard, told: str) -> Setting:
    """A value, as ``FIELD=VALUE``: many scenarios begin alike; raises `Refused`."""
    (setting,) = read_settings(standard, [told])
    return setting


@lru_cache(maxsize=16)
def fields_of(standard: Standard) -> dict[str, str]:
    """The fields of a standard, by what people may call them; see `words`."""
    fields = standard.compiled.exact.fields
    by_column = {words(each.column): plain_name(each.name) for each in fields}
    return {words(plain_name(each.name)): plain_name(each.name) for each in fields} | by_column


def words(name: str) -> str:
    """A name as people may write it: with blanks, in any case."""
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def forget() -> None:
    """Read packs anew: they may have changed since."""
    for each in (standard_of, graph_of, setting_of, fields_of):
        each.cache_clear()
