"""Records of a ledger, told to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gonogo
from gonogo_cli.page import FAINT, Line, Words, grid, heading, line


def rows_of(records: Iterable[gonogo.Record]) -> list[list[str | Words]]:
    """A table of records."""
    rows: list[list[str | Words]] = [
        [(name, FAINT) for name in ("", "time", "by", "what", "by which standard", "came of it", "reason")]
    ]
    for record in records:
        content = record.content
        standard = content["standard"]
        rows.append(
            [
                str(record.seq),
                record.time,
                record.by,
                record.kind,
                f"{standard['id']} {standard['version']}",
                _outcome(record.kind, content),
                record.reason,
            ]
        )
    return rows


def _outcome(kind: str, content: dict[str, Any]) -> str:
    if kind == "spec":
        return f"{content['scenarios']:,} scenarios, {content['failed']:,} failed"
    summary = content["summary"]
    parts = [f"{summary[name]:,} {name}" for name in ("conforming", "nonconforming", "indeterminate") if summary[name]]
    return ", ".join(parts) or "no facts"


def record_lines(record: gonogo.Record) -> Iterator[Line]:
    """One record, whole but for its texts."""
    content = record.content
    standard = content["standard"]
    yield line((f"record {record.seq}: {record.kind}", "bold"), f", {record.time}, by {record.by}")
    if record.reason:
        yield line(f"  {record.reason}")
    yield line()
    rows: list[list[str | Words]] = [
        ["standard", f"{standard['id']} {standard['version']}"],
        ["its hash", standard["hash"]],
        ["came of it", _outcome(record.kind, content)],
        ["gonogo", content["gonogo"]],
        *(["as of", content[key]] for key in ("as_of",) if key in content),
        ["hash", record.hash],
        ["before it", record.previous],
    ]
    yield from grid(rows, "<<")
    if content.get("facts"):
        yield line()
        yield heading("facts")
        yield from grid(
            [[each["path"], f"{each['bytes']:,} bytes", each["sha256"]] for each in content["facts"]], "<><"
        )
    if content.get("not_conforming"):
        yield line()
        yield heading("what does not conform")
        yield from grid(
            [
                [each["item"], each["outcome"], each["class"] or "", each["disposition"] or "",
                 ", ".join(finding["rule"] for finding in each["findings"])]
                for each in content["not_conforming"]
            ],
            "<<<<<",
        )  # fmt: skip
    failed = [each for each in content.get("results", ()) if not each["passed"]]
    if failed:
        yield line()
        yield heading("scenarios that failed")
        yield from grid([[each["scenario"], each["message"] or ""] for each in failed], "<<")


def replay_lines(found: gonogo.Replay) -> Iterator[Line]:
    """What came of judging again."""
    record = found.record
    yield line((f"record {record.seq}", "bold"), f", {record.time}, judged again by its standard and its facts")
    if found.is_same:
        yield line("  the same came of it: every verdict is what it was")
        return
    yield line((f"  {len(found.differences):,} differences", "bold red"))
    for told in found.differences:
        yield line(f"  {told}", hang=4)
