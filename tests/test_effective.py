"""Facts are judged by standards that are effective on the day, and by drafts only where that is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

import gonogo
from command_line import gonogo as command

STANDARD = """gonogo: 1
standard: dated
version: 1
status: {status}
effective: {dates}
facts: {{item: Id, fields: {{torque: {{unit: N*m}}}}}}
rules: {{strong: {{when: torque > 5 N*m}}}}
"""
FACTS = "Id,torque\n1,4\n"


def written(folder: Path, status: str = "effective", dates: str = "{from: 2026-03-01, until: 2026-03-31}") -> Path:
    path = folder / "standard.yaml"
    path.write_text(STANDARD.format(status=status, dates=dates), encoding="utf-8")
    (folder / "facts.csv").write_text(FACTS, encoding="utf-8")
    return path


def judged(path: Path, *options: str) -> list[tuple[int, list[str]]]:
    """What each command that judges comes to: its exit code, and what it said on standard error."""
    facts = path.with_name("facts.csv")
    results = [command("check", path, facts, *options), command("explain", path, facts, "--item", "1", *options)]
    assert all(bool(result.out) == (result.code == 0) for result in results)
    return [(result.code, result.errors) for result in results]


@pytest.mark.parametrize(
    ("dates", "said", "days"),
    [
        ("{from: 2026-03-01, until: 2026-03-31}", "from 2026-03-01 until 2026-03-31", ["2026-02-28", "2026-04-01"]),
        ("{from: 2026-03-01}", "from 2026-03-01", ["2026-02-28", "1999-01-01"]),
        ("{until: 2026-03-31}", "until 2026-03-31", ["2026-04-01", "2999-01-01"]),
    ],
)
def test_outside_of_its_dates_a_standard_is_refused_with_them(
    tmp_path: Path, dates: str, said: str, days: list[str]
) -> None:
    path = written(tmp_path, dates=dates)
    for day in days:
        what = f"{path}:5:12: this standard is effective {said}, and not on {day}"
        mend = "judge by the version that was effective then, or say with `--as-of` which day is meant"
        assert judged(path, "--as-of", day) == [(2, [f"{what}; {mend} [not-effective]"])] * 2
    for day in ("2026-03-01", "2026-03-15", "2026-03-31"):
        assert judged(path, "--as-of", day) == [(0, [])] * 2


def test_a_standard_without_dates_is_always_effective(tmp_path: Path) -> None:
    path = written(tmp_path, dates="{}")
    assert judged(path, "--as-of", "0001-01-01") == judged(path, "--as-of", "9999-12-31") == [(0, [])] * 2


def test_without_a_day_it_is_today(tmp_path: Path) -> None:
    path = written(tmp_path)
    with patch("gonogo_cli.options.today", lambda: date(2026, 3, 31)):
        assert [code for code, _ in judged(path)] == [0, 0]
    with patch("gonogo_cli.options.today", lambda: date(2026, 4, 1)):
        assert [code for code, _ in judged(path)] == [2, 2]


def test_a_draft_judges_only_where_that_is_said_and_with_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, "draft", "{from: 2026-03-01}")
    mend = "try it out with `--draft`, or release it with `status: effective`"
    line = f"{path}:4:9: this standard is a draft, and nothing is judged by it; {mend} [draft-standard]"
    assert judged(path) == [(2, [line])] * 2
    warning = f"{path}:4:9: warning: this standard is a draft; release it with `status: effective` [draft-standard]"
    assert judged(path, "--draft") == [(0, [warning])] * 2
    assert judged(path, "--draft", "--quiet") == [(0, [])] * 2


def test_a_draft_has_its_dates_too_and_all_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "draft", "{from: 2999-01-01}")
    for _, errors in judged(path, "--as-of", "2998-12-31"):
        assert [error[error.rindex("[") :] for error in errors] == ["[draft-standard]", "[not-effective]"]
    assert [code for code, _ in judged(path, "--draft")] == [2, 2]
    assert [code for code, _ in judged(path, "--draft", "--as-of", "2999-01-01")] == [0, 0]


def test_a_withdrawn_standard_judges_with_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, "withdrawn")
    warning = f"{path}:4:9: warning: this standard is withdrawn; judge by its successor [not-effective]"
    assert judged(path, "--as-of", "2026-03-15") == [(0, [warning])] * 2
    assert [code for code, _ in judged(path, "--as-of", "2026-04-15")] == [2, 2]


def test_lint_and_show_work_on_all_of_them(tmp_path: Path) -> None:
    path = written(tmp_path, "draft", "{until: 2020-01-01}")
    linted = command("lint", path)
    assert (linted.code, linted.lines[0].rpartition(" ")[2]) == (0, "[draft-standard]")
    assert "strong" in command("show", path).out


@pytest.mark.parametrize("told", ["2026-02-30", "20260101", "2026-W01-1", "yesterday", "2026-1-1", "٢٠٢٦-٠١-٠١", ""])
def test_a_day_is_written_as_in_a_standard(tmp_path: Path, told: str) -> None:
    result = command("check", written(tmp_path), "facts.csv", "--as-of", told)
    what = f"gonogo check: `{told}` is not a date: write it as 2026-01-31; see `gonogo check --help` [usage]"
    assert (result.code, result.errors) == (2, [what])


def test_programs_that_judge_by_the_calendar_ask_first(tmp_path: Path) -> None:
    standard = gonogo.load(written(tmp_path, "draft"))
    assert (standard.status, standard.effective_from, standard.effective_until) == (
        "draft",
        date(2026, 3, 1),
        date(2026, 3, 31),
    )
    standard.refuse_unless_effective(date(2026, 3, 1), draft=True)
    with pytest.raises(gonogo.Refused, match="draft"):
        standard.refuse_unless_effective(date(2026, 3, 1))
    assert standard.judge({"torque": 4}).outcome == "conforming"


def test_what_ships_is_effective_from_the_past_on_and_for_good(tmp_path: Path) -> None:
    command("init", tmp_path / "new")
    packs = [*gonogo.shipped_packs().values(), tmp_path / "new"]
    assert len(packs) > 2
    for pack in packs:
        standard = gonogo.load(pack)
        assert standard.effective_from is not None
        assert standard.effective_from <= date(2026, 11, 1)
        assert (standard.status, standard.effective_until) == ("effective", None)
