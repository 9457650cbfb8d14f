"""Code that the engine writes for itself: syntax trees made of fixed node types, compiled one at a time.

INVARIANT: no thread turns a syntax tree into code, or text into a tree, while another does: CPython counts the depth
of that recursion once for all threads, and answers a switch between two with a SystemError.
"""

from __future__ import annotations

import ast
from threading import Lock
from types import CodeType
from typing import Final

_ONE_AT_A_TIME: Final = Lock()


def function_code(name: str, argument: str, body: list[ast.stmt], called: str) -> CodeType:
    """The code that defines a function of one argument; `called` stands for a file's name in tracebacks."""
    with _ONE_AT_A_TIME:
        module = ast.parse("def function(argument): pass")
        function = module.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.name, function.body = name, body
        function.args.args[0].arg = argument
        return compile(ast.fix_missing_locations(module), called, "exec")
