"""Decision tables as they are written: inputs, rows of tests, and what each row gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from gonogo.standard import model, reader
from gonogo.standard.cells import joined, read_cell, read_output, read_scalar
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.sections import NAME, RULE_ID, Reading, Section, shown
from gonogo.standard.tree import Expression

MOST_CELLS: Final = 10_000
"""Most cells of one table: its rows are compared with each other, and each cell is a condition."""

_TABLE: Final = ("hit", "inputs", "output", "outputs", "rows", "title", "clause", "class")
_NOTES: Final = ("class", "clause", "title", "nonconformity")
_REWARDS: Final = ("disposition", "finding")


@dataclass(frozen=True, slots=True)
class _Head:
    """What a table says above its rows."""

    hit: model.Hit
    inputs: tuple[Expression, ...]
    outputs: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class TableReader:
    """Reads decision tables, whose classes are those of the document."""

    reading: Reading
    classes: tuple[str, ...]

    def table(self, key: Scalar, node: Node) -> model.Table | None:
        """`tables.NAME`; where a part of it can't be read, what it would give is noted as unread."""
        told = len(self.reading.problems.found)
        section = self.reading.section(node, _TABLE, key.text, key.span)
        if not section.values and len(self.reading.problems.found) > told:
            return None
        hit = self.hit(section)
        inputs = self.inputs(section)
        outputs = self.outputs(section)
        self.check_head(section, hit, outputs[0].text if outputs else "")
        class_ = self.reading.word(section.get("class"), self.classes) or self.classes[0]
        is_headless = len(self.reading.problems.found) > told or not outputs
        rows = self.rows(key, section, _Head(hit, inputs, outputs)) if outputs and inputs else ()
        is_partial = len(self.reading.problems.found) > told
        if is_headless or is_partial:
            self.leave_out(section, outputs)
        if is_headless or not rows:
            return None
        return model.Table(
            name=key.text,
            hit=hit,
            inputs=inputs,
            output=outputs[0].text,
            rows=rows,
            class_=class_,
            clause=self.reading.text(section.get("clause")),
            title=self.reading.text(section.get("title")),
            span=key.span,
            output_span=outputs[0].span,
            hit_span=section.values["hit"].span if "hit" in section.values else key.span,
            is_partial=is_partial,
        )

    def leave_out(self, section: Section, outputs: tuple[Scalar, ...]) -> None:
        """Note what an unread table names, so that nothing more is said of its uses."""
        if outputs and outputs[0].text not in _REWARDS:
            self.reading.unread_names.add(outputs[0].text)
        if not outputs or outputs[0].text != "finding":
            return
        rows = section.get("rows")
        for row in rows.items if isinstance(rows, reader.Sequence) else ():
            cells = row.items if isinstance(row, reader.Sequence) else ()
            self.reading.unread_rules |= {cell.text for cell in cells if isinstance(cell, Scalar)}

    # ------------------------------------------------------------------------------------------------ the head

    def hit(self, section: Section) -> model.Hit:
        word = self.reading.word(section.get("hit"), get_args(model.Hit))
        return next((hit for hit in get_args(model.Hit) if hit == word), "unique")

    def inputs(self, section: Section) -> tuple[Expression, ...]:
        node = self.reading.needed(section, "inputs")
        scalars = [item for item in self.reading.items(node, "inputs") if isinstance(item, Scalar)]
        if isinstance(node, reader.Sequence) and not scalars:
            self.reading.error("missing-value", node.span, "`inputs` lists nothing", "name what the rows test")
        found = [self.reading.expression(scalar) for scalar in scalars]
        known = tuple(expression for expression in found if expression is not None)
        return known if len(known) == len(found) else ()

    def outputs(self, section: Section) -> tuple[Scalar, ...]:
        """What the rows give: a disposition, a finding with what is noted beside it, or a named value."""
        if "output" in section.values and "outputs" in section.values:
            what = "`output` and `outputs` both say what the rows give"
            self.reading.error("contradiction", section.keys["outputs"].span, what, "keep one of them")
        if "outputs" not in section.values:
            node = self.reading.needed(section, "output")
            is_text = self.reading.text(node) is not None
            scalars: tuple[Scalar, ...] = (node,) if is_text and isinstance(node, Scalar) else ()
        else:
            scalars = self.reading.scalars(section.get("outputs"), "outputs")
        if scalars and (len(scalars) > 1 or scalars[0].text not in _REWARDS):
            self.check_outputs(scalars)
        return scalars

    def check_outputs(self, scalars: tuple[Scalar, ...]) -> None:
        first, *others = scalars
        if first.text not in _REWARDS:
            self.reading.check_name(first, NAME)
        if others and first.text != "finding":
            what = f"a table gives one thing, and {shown(first.text)} comes first here"
            mend = "write `outputs: [finding, class]`, or make a table of each"
            self.reading.error("contradiction", others[0].span, what, mend)
            return
        for scalar in others:
            self.reading.word(scalar, _NOTES)

    def check_head(self, section: Section, hit: model.Hit, output: str) -> None:
        """What does not go with the output: a class of what is no finding, a sum of what is no number."""
        for name in ("class", "clause"):
            if name in section.values and output not in ("finding", ""):
                what = f"only findings have a {name}, and this table gives {shown(output)}"
                self.reading.error("contradiction", section.keys[name].span, what, f"remove `{name}`")
        mend = _mend_of(hit, output)
        if mend:
            what = f"`hit: {hit}` does not go with {shown(output)}"
            self.reading.error("contradiction", section.values["hit"].span, what, mend)

    # ------------------------------------------------------------------------------------------------ the rows

    def rows(self, key: Scalar, section: Section, head: _Head) -> tuple[model.Row, ...]:
        node = self.reading.needed(section, "rows")
        nodes = self.reading.items(node, "rows")
        if node is not None and isinstance(node, reader.Sequence) and not nodes:
            self.reading.error("missing-value", node.span, f"the table {shown(key.text)} has no rows", "add one")
        cells = len(nodes) * len(head.inputs)
        if cells > MOST_CELLS:
            what = f"the table {shown(key.text)} has {cells:,} cells, more than {MOST_CELLS:,}"
            self.reading.error("too-large", key.span, what, "split it into several tables")
            return ()
        found = [self.row(head, row) for row in nodes]
        return tuple(row for row in found if row is not None)

    def row(self, head: _Head, node: Node) -> model.Row | None:
        if not isinstance(node, reader.Sequence):
            mend = "write `- [A, B, C]`: a cell for each of `inputs`, and the output last"
            self.reading.error("wrong-shape", node.span, "a row is a list of cells", mend)
            return None
        cells = joined(self.reading, node.items)
        wanted = len(head.inputs) + len(head.outputs)
        if len(cells) != wanted:
            what = f"this row has {len(cells)} cells, and {wanted} stand in a row here"
            self.reading.error("wrong-shape", node.span, what, _of_length(head, len(cells) > wanted))
            return None
        tests = [read_cell(self.reading, by, cell) for by, cell in zip(head.inputs, cells, strict=False)]
        gives, *others = cells[len(head.inputs) :]
        output = self.output(head.outputs[0].text, gives)
        notes = {name.text: self.note(name.text, cell) for name, cell in zip(head.outputs[1:], others, strict=True)}
        known = tuple(test for test in tests if test is not None)
        if output is None or len(known) < len(tests):
            return None
        return model.Row(known, output, {name: text for name, text in notes.items() if text}, node.span)

    def output(self, name: str, node: Node) -> model.Output | None:
        output = read_output(self.reading, node)
        if output is not None and name == "finding" and not RULE_ID.fullmatch(output.text):
            what = f"{shown(output.text)} can't be the name of a finding"
            self.reading.error("bad-name", output.span, what, "use letters, digits, `_` and `-`")
        return output

    def note(self, name: str, node: Node) -> str | None:
        """A further output of a finding; `-` leaves it to the table."""
        scalar = read_scalar(self.reading, node, "write `-` to leave it to the table")
        if scalar is None or scalar.text.strip() == "-":
            return None
        return self.reading.word(scalar, self.classes) if name == "class" else scalar.text


def _mend_of(hit: model.Hit, output: str) -> str:
    """What to write in the place of a hit policy that does not go with an output; empty where it does."""
    is_value = output not in ("", *_REWARDS)
    if output == "disposition" and hit.startswith("collect"):
        return "an item has one disposition: write `hit: first`, or let no two rows overlap"
    if output == "finding" and hit.startswith("collect "):
        return "write `hit: collect`: every row that holds finds"
    if is_value and hit == "collect":
        return "write `collect sum`, `collect min`, `collect max` or `collect count`"
    return ""


def _of_length(head: _Head, is_too_long: bool) -> str:
    inputs, outputs = len(head.inputs), len(head.outputs)
    parts = f"{inputs} {'input' if inputs == 1 else 'inputs'} and {outputs} {'output' if outputs == 1 else 'outputs'}"
    hint = ", and quote a cell that holds a comma" if is_too_long else "; `-` stands for any value"
    return f"write a cell for each of {parts}{hint}"
