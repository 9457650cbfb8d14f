"""Expressions: the text `torque > 50 N*m and type in (L, M)` becomes a tree, or one exact problem.

A recursive-descent parser by hand, because its messages are the product: each names the place, what
stands there, and what would mend it. Nothing here knows which names exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal

from gonogo.problems import Problem, Span, nearest
from gonogo.standard.tokens import KEYWORDS, BadExpression, Locate, Token, is_capitalised, split
from gonogo.standard.tree import (  # fmt: skip
    Among,
    Binary,
    Both,
    Call,
    Comparison,
    Either,
    Expression,
    FoundRule,
    If,
    Moment,
    Name,
    Negation,
    Negative,
    Number,
    Presence,
    Text,
    TextCheck,
    TextOperator,
    Truth,
    height,
)
from gonogo.standard.units import Unit

DEEPEST: Final = 48
TALLEST: Final = 150
FUNCTIONS: Final = {
    "abs": (1, 1), "min": (2, 99), "max": (2, 99), "round": (1, 2), "floor": (1, 2), "ceiling": (1, 2),
    "length": (1, 1), "upper": (1, 1), "lower": (1, 1),
}  # fmt: skip
"""The functions of the language, each with the least and the most arguments it takes."""

_COMPARATORS: Final = ("=", "!=", "<", "<=", ">", ">=")


def parse_expression(text: str, locate: Locate, own_units: Mapping[str, Unit]) -> Expression:
    """The tree of an expression; raises `BadExpression` with the one problem that stops the reading."""
    parser = _Parser(text, locate, own_units)
    return parser.whole(parser.disjunction())


def parse_test(subject: Expression, text: str, locate: Locate, own_units: Mapping[str, Unit]) -> Expression:
    """A test of a subject that stands elsewhere: `<= 84`, `85 .. 168`, `[90 .. 95)`, or a value it equals."""
    parser = _Parser(text, locate, own_units)
    return parser.whole(parser.test_of(subject))


class _Parser:
    """One method a level of binding, loosest first."""

    def __init__(self, text: str, locate: Locate, own_units: Mapping[str, Unit]) -> None:
        self.locate = locate
        self.tokens = split(text, locate, own_units)
        self.index = 0
        self.depth = 0

    def whole(self, tree: Expression) -> Expression:
        """The tree, where nothing follows it. Later stages walk it by recursion: a tower is refused here, without."""
        self.expect_end()
        if height(tree) > TALLEST:
            what = f"this expression chains more than {TALLEST} operations"
            raise BadExpression(Problem("too-large", tree.span, what, "split it into derived quantities"))
        return tree

    # ------------------------------------------------------------------------------------ the token stream

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def peek(self, *words: str) -> bool:
        """Whether the next tokens are these names or signs."""
        ahead = self.tokens[self.index : self.index + len(words)]
        return [t.text for t in ahead if t.kind in ("name", "sign")] == list(words)

    def accept(self, *words: str) -> bool:
        if self.peek(*words):
            self.index += len(words)
            return True
        return False

    def span(self, start: int) -> Span:
        """From `start` to the end of the token read last."""
        return self.locate(start, self.tokens[self.index - 1].end)

    def refuse(self, what: str, mend: str = "", token: Token | None = None) -> BadExpression:
        for word in [token] if token else [self.token, self.tokens[self.index - 1]]:
            if word.kind == "name" and is_capitalised(word.text):
                mend = f"write `{word.text.lower()}`"
                token, what = word, f"`{word.text}` is a word of the language, and those have no capitals"
        token = token or self.token
        return BadExpression(Problem("bad-expression", self.locate(token.start, token.end), what, mend))

    def expect(self, sign: str, purpose: str) -> None:
        if not self.accept(sign):
            raise self.refuse(f"{self.shown} stands where `{sign}` should {purpose}", f"add `{sign}`")

    @property
    def shown(self) -> str:
        return "the end" if self.token.kind == "end" else f"`{self.token.text}`"

    def expect_end(self) -> None:
        token = self.token
        if token.kind == "end":
            return
        before = self.tokens[self.index - 1]
        if token.text == ",":
            mend = "write a decimal point" if before.kind == "number" else "join conditions with `and` or `or`"
            raise self.refuse("`,` has no meaning here", mend)
        if token.kind == "number" and before.kind == "number":
            raise self.refuse(f"{self.shown} follows a number without an operator between them")
        if token.text in ("starts", "ends"):
            raise self.refuse(f"{self.shown} stands without `with`", f"write `{token.text} with`")
        if token.kind == "name" and (word := nearest(token.text, KEYWORDS)) and word != token.text:
            raise self.refuse(f"{self.shown} has no meaning here", f"did you mean `{word}`?")
        if token.text in (")", "]"):
            raise self.refuse(f"{self.shown} closes a bracket that was never opened")
        raise self.refuse(f"{self.shown} has no meaning here", "join conditions with `and` or `or`")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            what = f"this expression is nested more than {DEEPEST} deep"
            mend = "split it into several rules or derived quantities"
            opening = self.tokens[self.index - 1]
            raise BadExpression(Problem("too-large", self.locate(opening.start, opening.end), what, mend))

    # ------------------------------------------------------------------------------------------- the logic

    def disjunction(self) -> Expression:
        start = self.token.start
        parts = [self.conjunction()]
        while self.accept("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Either(tuple(parts), self.span(start))

    def conjunction(self) -> Expression:
        start = self.token.start
        parts = [self.negation()]
        while self.accept("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Both(tuple(parts), self.span(start))

    def negation(self) -> Expression:
        start = self.token.start
        if not self.accept("not"):
            return self.comparison()
        self.deeper()
        part = self.negation()
        self.depth -= 1
        return Negation(part, self.span(start))

    def comparison(self) -> Expression:
        start = self.token.start
        left = self.sum()
        if self.token.text in _COMPARATORS and self.token.kind == "sign":
            return self.chain(left, start)
        if self.accept("is"):
            return self.presence(left, start)
        negated = self.accept("not")
        if self.accept("between"):
            tree: Expression | None = self.between(left, start)
        else:
            tree = self.membership(left, start) if self.accept("in") else self.text_check(left, start)
        if tree is None and negated:
            raise self.refuse(f"{self.shown} follows `not`", "write `not in (…)`, or put `not` before the condition")
        if tree is None:
            return left
        return Negation(tree, tree.span) if negated else tree

    def chain(self, left: Expression, start: int) -> Expression:
        """`a <= b < c` is `a <= b and b < c`."""
        links: list[Expression] = []
        from_here = start
        while self.token.kind == "sign":
            op = self.token.text
            match op:
                case "=" | "!=" | "<" | "<=" | ">" | ">=":
                    self.index += 1
                    next_start = self.token.start
                    right = self.sum()
                    links.append(Comparison(op, left, right, self.span(from_here)))
                    left, from_here = right, next_start
                case _:
                    break
        return links[0] if len(links) == 1 else Both(tuple(links), self.span(start))

    def between(self, value: Expression, start: int) -> Expression:
        low = self.sum()
        self.expect("and", "stand between the two ends")
        high = self.sum()
        span = self.span(start)
        return Both((Comparison(">=", value, low, span), Comparison("<=", value, high, span)), span)

    def presence(self, value: Expression, start: int) -> Expression:
        negated = self.accept("not")
        token = self.token
        match token.text:
            case "missing" | "present" | "recorded":
                self.index += 1
                tree = Presence(value, token.text, self.span(start))
                return Negation(tree, tree.span) if negated else tree
            case _:
                mend = "write `is missing`, `is present` or `is recorded`; equality is `=`"
                raise self.refuse(f"{self.shown} follows `is`", mend)

    def membership(self, value: Expression, start: int) -> Expression:
        opening = self.token
        if not (self.accept("(") or self.accept("[")):
            raise self.refuse(f"{self.shown} follows `in`", "write a list `(A, B)` or a range `[A .. B)`")
        first = self.sum()
        if self.accept(".."):
            return self.range(value, first, opening.text == "[", start)
        if opening.text == "[":
            raise self.refuse("a list stands in round brackets, a range has `..`", "write `in (A, B)`", opening)
        options = [first]
        while self.accept(","):
            options.append(self.sum())
        self.expect(")", "close the list")
        return Among(value, tuple(options), self.span(start))

    def range(self, value: Expression, low: Expression, closed: bool, start: int) -> Expression:
        high = self.sum()
        ending = self.token
        if not (self.accept(")") or self.accept("]")):
            raise self.refuse(f"{self.shown} stands where `)` or `]` should close the range")
        span = self.span(start)
        above = Comparison(">=" if closed else ">", value, low, span)
        below = Comparison("<=" if ending.text == "]" else "<", value, high, span)
        return Both((above, below), span)

    def test_of(self, subject: Expression) -> Expression:
        start = self.token.start
        if self.token.kind == "sign" and self.token.text in _COMPARATORS:
            return self.one_sided(subject, start)
        opening = self.token
        bracketed = self.accept("[") or self.accept("(")
        low = self.sum()
        if not bracketed and not self.peek(".."):
            return Comparison("=", subject, low, self.span(start))
        self.expect("..", "stand between the two ends")
        if bracketed:
            return self.range(subject, low, opening.text == "[", start)
        high = self.sum()
        span = self.span(start)
        return Both((Comparison(">=", subject, low, span), Comparison("<=", subject, high, span)), span)

    def one_sided(self, subject: Expression, start: int) -> Expression:
        op = self.token.text
        match op:
            case "=" | "<" | "<=" | ">" | ">=":
                self.index += 1
                return Comparison(op, subject, self.sum(), self.span(start))
            case _:
                raise self.refuse(f"{self.shown} leaves out one value, and is no range", "write two ranges")

    def text_check(self, value: Expression, start: int) -> Expression | None:
        word = self.token.text
        match word:
            case "contains" | "matches" if self.token.kind == "name":
                self.index += 1
                return TextCheck(word, value, *self.quoted(word), self.span(start))
            case "starts" | "ends" if self.peek(word, "with"):
                self.index += 2
                op: TextOperator = "starts with" if word == "starts" else "ends with"
                return TextCheck(op, value, *self.quoted(op), self.span(start))
            case _:
                return None

    def quoted(self, after: str) -> tuple[str, Span]:
        token = self.token
        if token.kind != "text":
            raise self.refuse(f"{self.shown} follows `{after}`", "put the text in double quotes")
        self.index += 1
        return str(token.value), self.locate(token.start, token.end)

    # ------------------------------------------------------------------------------------------ the values

    def sum(self) -> Expression:
        start = self.token.start
        left = self.product()
        while self.peek("+") or self.peek("-"):
            op: Literal["+", "-"] = "+" if self.token.text == "+" else "-"
            self.index += 1
            left = Binary(op, left, self.product(), self.span(start))
        return left

    def product(self) -> Expression:
        start = self.token.start
        left = self.unary()
        while self.peek("*") or self.peek("/"):
            op: Literal["*", "/"] = "*" if self.token.text == "*" else "/"
            self.index += 1
            left = Binary(op, left, self.unary(), self.span(start))
        return left

    def unary(self) -> Expression:
        start = self.token.start
        if self.peek("+") and self.tokens[self.index + 1].kind == "number":
            self.index += 1  # `+0.02 mm`: a deviation as drawings write it
        if not self.accept("-"):
            return self.primary()
        self.deeper()
        operand = self.unary()
        self.depth -= 1
        return Negative(operand, self.span(start))

    def primary(self) -> Expression:
        token = self.token
        self.index += token.kind != "end"
        match token.kind:
            case "number":
                assert isinstance(token.value, Fraction)
                return Number(token.value, token.unit, self.span(token.start))
            case "text":
                return Text(str(token.value), self.span(token.start))
            case "date" | "time":
                assert isinstance(token.value, int)
                return Moment(token.kind, token.value, self.span(token.start))
            case "found":
                return FoundRule(token.text, self.span(token.start))
            case "name":
                return self.named(token)
            case _ if token.text == "(":
                return self.bracketed()
            case _:
                raise self.refuse_primary(token)

    def named(self, token: Token) -> Expression:
        match token.text:
            case "true" | "false":
                return Truth(token.text == "true", self.span(token.start))
            case "if":
                return self.conditional(token.start)
            case "found":
                mend = "write `found(rule-id)`"
                raise self.refuse("`found` needs the id of one rule in round brackets", mend, token)
            case word if word in KEYWORDS:
                raise self.refuse_primary(token)
            case word if self.peek("("):
                return self.call(token)
            case word:
                return Name(word, self.span(token.start))

    def conditional(self, start: int) -> Expression:
        self.deeper()
        condition = self.disjunction()
        self.expect("then", "follow the condition of `if`")
        chosen = self.disjunction()
        self.expect("else", "follow: without it there would be no value when the condition is false")
        other = self.disjunction()
        self.depth -= 1
        return If(condition, chosen, other, self.span(start))

    def bracketed(self) -> Expression:
        self.deeper()
        tree = self.disjunction()
        self.depth -= 1
        self.expect(")", "close the bracket")
        return tree

    def call(self, token: Token) -> Expression:
        if token.text not in FUNCTIONS:
            near = nearest(token.text, [*FUNCTIONS, "found"])
            mend = f"did you mean `{near}`?" if near else f"the functions are {', '.join(FUNCTIONS)} and found"
            raise self.refuse(f"`{token.text}` is not a function", mend, token)
        self.expect("(", "open the arguments")
        self.deeper()
        arguments = [self.disjunction()]
        while self.accept(","):
            arguments.append(self.disjunction())
        self.depth -= 1
        self.expect(")", "close the arguments")
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= most:
            takes = f"{least}" if least == most else f"{least} to {most}" if most < 99 else f"at least {least}"
            values = "value" if takes == "1" else "values"
            raise self.refuse(f"`{token.text}` takes {takes} {values}, not {len(arguments)}", "", token)
        return Call(token.text, tuple(arguments), self.span(token.start))

    def refuse_primary(self, token: Token) -> BadExpression:
        if token.kind == "end":
            return self.refuse("the expression ends where a value should follow", "complete it", token)
        if token.text == "[":
            return self.refuse("a range stands only after `in`", "write `x in [A .. B]`", token)
        return self.refuse(f"`{token.text}` stands where a value should", "", token)
