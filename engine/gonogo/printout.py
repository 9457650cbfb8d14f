"""The program of a pack for people to read: as text, after any pass, or its screen as SQL."""

from __future__ import annotations

from pathlib import Path

from gonogo.library import read_base, read_source
from gonogo.problems import Problem, Refused, nearest
from gonogo.program.compiler import PASS_NAMES, compile_standard, programs_after
from gonogo.program.text import program_text


def show(pack: str | Path, after: str | None = None, sql: str | None = None) -> str:
    """The program of a pack as text, after the pass of that name (by default after all), or its screen as SQL.

    Parameters
    ----------
    sql : {"duckdb", "spark"}, optional
        The dialect of the SQL.

    Raises
    ------
    Refused
        Where the standard has problems, or there is no such pass.
    """
    if after is not None and after not in PASS_NAMES:
        near = nearest(after, PASS_NAMES)
        mend = f"did you mean `{near}`?" if near else f"the passes are {', '.join(PASS_NAMES)}"
        raise Refused([Problem("unknown-pass", "--after", f"`{after[:80]}` is not a pass of the compiler", mend)])
    source = read_source(str(pack))
    if after is not None:
        return "\n\n".join(map(program_text, programs_after(source, after, read_base)))
    compiled = compile_standard(source, read_base)
    if sql is not None:
        from gonogo.batch.printing import sql_text

        return sql_text(compiled, sql)
    return "\n\n".join(f"{program_text(part.program)}\nreasoning\n{part.plan}" for part in compiled.parts)
