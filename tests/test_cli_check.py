"""`gonogo check`: what it writes in each format, what it says of bad facts, and how it exits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from command_line import MILLING, ROOT, SHAFTS, expected, gonogo

HEADER = "UDI,Type,Air temperature [K],Process temperature [K],Rotational speed [rpm],Torque [Nm],Tool wear [min]\n"
GOOD = "1,M,298.1,308.6,1551,42.8,0\n"
OVERSTRAINED = "2,L,298.9,309.1,1410,65.7,191\n"
OPEN_QUOTE = (
    "{path}:2: in the row that starts here a quote is opened and never closed; "
    "close it, or double a quote that stands for itself [broken-csv]"
)
NO_TORQUE = "3,M,298.1,308.6,1551,,0\n"


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def facts(folder: Path, *rows: str, name: str = "facts.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


# ---------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("pack", ["milling-cell", "turned-shaft"])
def test_the_table_of_a_shipped_sample_reads_as_it_is_written_down(pack: str) -> None:
    result = gonogo("check", f"rules/{pack}", f"rules/{pack}/sample.csv", "--top", "100")
    assert result.out == expected(f"check-{pack}.txt", result.out)


def test_a_table_in_a_pipe_has_no_colour_and_no_frames() -> None:
    out = gonogo("check", "milling-cell", MILLING).out
    assert "\x1b" not in out
    assert not set("│┃━─╭┏|") & set(out)
    assert all(line == line.rstrip() for line in out.splitlines())


def test_the_summary_comes_first_and_the_worst_item_before_the_others() -> None:
    lines = gonogo("check", "milling-cell", MILLING).lines
    order = ["conforming", "nonconforming", "indeterminate", "findings", "dispositions", "nonconforming, worst first"]
    places = [next(at for at, line in enumerate(lines) if line.strip().startswith(word)) for word in order[:3]]
    places += [lines.index(word) for word in order[3:]]
    assert places == sorted(places)
    assert lines[places[-1] + 1].split() == ["81", "critical", "scrap"]


def test_top_bounds_the_items_and_tells_how_many_more_there_are() -> None:
    out = gonogo("check", "milling-cell", MILLING, "--top", "2").out
    assert "… and 24 more; `--top 26` shows all" in out
    assert "… and 9 more; `--top 11` shows all" in out


def test_only_bounds_the_sections_of_the_table_and_never_its_counts() -> None:
    whole, part = (gonogo("check", "milling-cell", MILLING, *only).out for only in ([], ["--only", "indeterminate"]))
    assert part == whole[: whole.index("nonconforming, worst")] + whole[whole.index("indeterminate\n  121") :]


def test_a_value_stands_against_its_limit_in_words(tmp_path: Path) -> None:
    out = gonogo("check", "milling-cell", facts(tmp_path, "9,L,298.9,309.1,1410,65.7,150\n")).out
    assert "power is 9700.92 W (torque 65.7 N*m, rotational_speed 1410 rpm), 700.92 W above the limit 9000 W" in out


def test_nearly_all_is_never_shown_as_all(tmp_path: Path) -> None:
    result = gonogo("check", "milling-cell", facts(tmp_path, *([GOOD] * 2500), OVERSTRAINED))
    assert ">99.9 %" in result.out
    assert "<0.1 %" in result.out


# ------------------------------------------------------------------------------------------------------ json


def test_the_json_document_has_the_promised_keys_in_order(tmp_path: Path) -> None:
    path = facts(tmp_path, GOOD, OVERSTRAINED, NO_TORQUE, "4,M,298.1,308.6,1551,4O.2,0\n")
    document = gonogo("check", "milling-cell", path, "--format", "json").json
    assert list(document) == ["standard", "facts", "summary", "lots", "objectives", "items"]
    assert list(document["standard"]) == ["id", "version", "hash"]
    assert document["facts"] == {
        "rows": 4,
        "unusable": [{"row": 4, "column": "Torque [Nm]", "text": "4O.2", "problem": "`4O.2` is not a number"}],
    }
    assert document["summary"] == {
        "conforming": 1,
        "nonconforming": 1,
        "indeterminate": 2,
        "by_class": {"major": 1},
        "by_rule": {"power": 1, "overstrain": 1},
    }
    assert document["lots"] == document["objectives"] == []
    assert document["items"][1] == {
        "item": "2",
        "lot": None,
        "outcome": "nonconforming",
        "class": "major",
        "disposition": "hold",
        "findings": [
            {"rule": "power", "class": "major", "nonconformity": "PWF", "clause": "AI4I 2020, PWF", "side": None},
            {"rule": "overstrain", "class": "major", "nonconformity": "OSF", "clause": "AI4I 2020, OSF", "side": None},
        ],
        "unknown": [],
    }
    assert document["items"][2]["unknown"] == [
        {"rule": "power", "missing": ["torque"]},
        {"rule": "overstrain", "missing": ["torque"]},
    ]


@pytest.mark.parametrize(("pack", "sample"), [("milling-cell", MILLING), ("turned-shaft", SHAFTS)])
def test_json_lines_hold_the_items_of_the_json_document(pack: str, sample: str) -> None:
    lines = gonogo("check", pack, sample, "--format", "jsonl").lines
    items = gonogo("check", pack, sample, "--format", "json").json["items"]
    assert [json.loads(line) for line in lines] == items
    keys = ["item", "lot", "outcome", "class", "disposition", "findings", "unknown"]
    assert {tuple(item) for item in items} == {tuple(keys)}


def test_items_stand_in_the_order_of_the_facts() -> None:
    items = gonogo("check", "milling-cell", MILLING, "--format", "json").json["items"]
    assert [item["item"] for item in items] == [str(number) for number in range(1, 301)]


def test_the_published_failures_are_found() -> None:
    data = ROOT.parent / "shared" / "data" / "ai4i2020" / "ai4i2020.csv"
    if not data.exists():
        pytest.skip("the public data are not here")
    summary = gonogo("check", "milling-cell", data, "--format", "json").json["summary"]
    counts = {"heat-dissipation": 103, "power": 95, "overstrain": 98, "tool-worn": 790, "runaway": 3}
    assert summary["by_rule"] == counts
    assert list(summary["by_rule"]) == list(counts)


def test_text_of_every_script_comes_through_json(tmp_path: Path) -> None:
    path = facts(tmp_path, 'Welle "7" größer\\,M,298.1,308.6,1551,42.8,0\n')
    for form in ("json", "jsonl"):
        result = gonogo("check", "milling-cell", path, "--format", form)
        item = result.json["items"][0] if form == "json" else result.json
        assert item["item"] == 'Welle "7" größer\\'


def test_an_item_that_is_half_a_character_comes_through_json() -> None:
    row = {"UDI": "\ud800", "Type": "M"} | dict.fromkeys(HEADER.strip().split(",")[2:], 1)
    result = gonogo("check", "milling-cell", "-", "--format", "json", stdin=json.dumps(row))
    assert result.json["items"][0]["item"] == "\ud800"


def test_an_empty_file_with_a_header_gives_an_empty_document_and_a_warning(tmp_path: Path) -> None:
    path = facts(tmp_path)
    result = gonogo("check", "milling-cell", path, "--format", "json")
    assert (result.code, result.json["items"], result.json["facts"]["rows"]) == (0, [], 0)
    assert result.errors == [f"{path}: warning: there are no facts in it, and nothing was judged [no-facts]"]


# ------------------------------------------------------------------------------------------- csv and filters


def test_csv_joins_rules_with_semicolons(tmp_path: Path) -> None:
    path = facts(tmp_path, GOOD, OVERSTRAINED, NO_TORQUE)
    rows = list(csv.reader(gonogo("check", "milling-cell", path, "--format", "csv").lines))
    assert rows == [
        ["item", "lot", "outcome", "class", "disposition", "findings", "unknown"],
        ["1", "", "conforming", "", "release", "", ""],
        ["2", "", "nonconforming", "major", "hold", "power;overstrain", ""],
        ["3", "", "indeterminate", "", "hold", "", "power;overstrain"],
    ]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_only_leaves_out_the_other_items(form: str) -> None:
    result = gonogo("check", "milling-cell", MILLING, "--format", form, "--only", "nonconforming, indeterminate")
    assert result.out.count("nonconforming") - (form == "json") == 26
    assert result.out.count("indeterminate") - (form == "json") == 11
    assert result.out.count('"outcome": "conforming"') == result.out.count(",conforming,") == 0


def test_only_leaves_the_counts_as_they_are() -> None:
    summary = gonogo("check", "milling-cell", MILLING, "--format", "json", "--only", "indeterminate").json["summary"]
    assert (summary["conforming"], summary["nonconforming"], summary["indeterminate"]) == (263, 26, 11)


# ------------------------------------------------------------------------------------------------ exit codes


@pytest.mark.parametrize(("rows", "code"), [([GOOD], 0), ([GOOD, OVERSTRAINED], 1), ([GOOD, NO_TORQUE], 1)])
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_only_facts_that_all_conform_exit_with_0(tmp_path: Path, rows: list[str], code: int, form: str) -> None:
    path = facts(tmp_path, *rows)
    assert gonogo("check", "milling-cell", path, "--format", form).code == code
    assert gonogo("check", "milling-cell", path, "--format", form, "--exit-zero").code == 0
    assert gonogo("check", "milling-cell", path, "--format", form, "--only", "conforming").code == code


# ----------------------------------------------------------------------------------------------------- facts


def test_an_unusable_value_is_told_with_its_place_and_counts_as_missing(tmp_path: Path) -> None:
    path = facts(tmp_path, GOOD, "2,M,298.1,308.6,1551,26.9 Nm,0\n")
    result = gonogo("check", "milling-cell", path)
    [line] = result.errors
    assert line.startswith(f"{path}:3: row 2, column `Torque [Nm]`: `26.9 Nm` is not a number; ")
    assert line.endswith(" [unusable-value]")
    assert "2 facts, 1 unusable value counted as missing" in result.out


def test_of_many_unusable_values_twenty_are_told(tmp_path: Path) -> None:
    path = facts(tmp_path, *(["1,M,298.1,308.6,1551,x,0\n"] * 1033))
    result = gonogo("check", "milling-cell", path)
    assert len(result.errors) == 21
    assert result.errors[-1] == "… and 1,013 more [unusable-value]"
    assert gonogo("check", "milling-cell", path, "--quiet").err == ""


def test_of_many_crooked_rows_twenty_are_told(tmp_path: Path) -> None:
    result = gonogo("check", "milling-cell", facts(tmp_path, *(["1,M,298.1,308.6,1551,1,0,9\n"] * 30)))
    assert result.errors[-1] == "… and 10 more [too-many-cells]"
    assert len(result.errors) == 21


def test_a_row_without_an_id_is_called_by_its_number(tmp_path: Path) -> None:
    path = facts(tmp_path, GOOD, GOOD.replace("1,M", ",M"))
    result = gonogo("check", "milling-cell", path, "--format", "jsonl")
    assert [json.loads(line)["item"] for line in result.lines] == ["1", "row 2"]
    assert result.errors == [f"{path}:3: warning: row 2 has no `UDI`, and is called `row 2` [blank-item]"]
    assert gonogo("check", "milling-cell", path, "--quiet").err == ""


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_standard_input_is_read_and_named(form: str) -> None:
    result = gonogo("check", "milling-cell", "-", "--format", form, stdin=HEADER + "1,M,298.1,308.6,1551,x,0\n")
    assert result.code == 1
    assert result.errors == ["standard input:2: row 1, column `Torque [Nm]`: `x` is not a number [unusable-value]"]


def test_several_files_are_judged_one_after_the_other(tmp_path: Path) -> None:
    one, two = facts(tmp_path, GOOD, name="one.csv"), facts(tmp_path, OVERSTRAINED, name="two.csv")
    result = gonogo("check", "milling-cell", one, two)
    assert "2 files: 2 facts" in result.out
    assert result.code == 1


def test_reading_options_reach_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "facts.txt"
    text = HEADER.replace(",", "!") + "ü!M!298,1!308,6!1551!42,8!0\n"
    path.write_bytes(text.encode("cp1252"))
    told = ["--facts-format", "csv", "--delimiter", "!", "--decimal", ",", "--encoding", "cp1252"]
    result = gonogo("check", "milling-cell", path, "--format", "jsonl", *told)
    assert (result.code, result.json["item"], result.err) == (0, "ü", "")


def test_a_huge_number_is_judged_or_told_and_never_a_crash(tmp_path: Path) -> None:
    huge = "9" * 900
    path = facts(tmp_path, f"1,M,298.1,308.6,1551,{huge},0\n", "2,M,298.1,308.6,1551,1e999999999,0\n")
    result = gonogo("check", "milling-cell", path)
    assert result.code == 1
    assert "internal" not in result.err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "{path}: there is nothing in it, not even names of columns [empty-facts]"),
        (
            HEADER.replace("Torque [Nm]", "Torque [N]") + GOOD,
            "{path}: no column `Torque [Nm]`, which `torque` is read from; did you mean `Torque [N]`? [missing-column]",
        ),
        (
            "a,b\n1,2\n",
            "{path}: no columns "
            + ", ".join(f"`{name}`" for name in [*HEADER.strip().split(",")[1:], "UDI"])
            + "; the columns are `a`, `b` [missing-column]",
        ),
        (
            HEADER + '1,"M,298.1\n',
            OPEN_QUOTE,
        ),
    ],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_facts_that_cannot_be_read_are_refused_with_one_line(tmp_path: Path, text: str, line: str, form: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(text, encoding="utf-8")
    result = gonogo("check", "milling-cell", path, "--format", form)
    assert (result.code, result.out, result.errors) == (2, "", [line.format(path=path)])


def test_a_missing_file_is_told_with_the_nearest(tmp_path: Path) -> None:
    near = facts(tmp_path, GOOD)
    result = gonogo("check", "milling-cell", tmp_path / "fact.csv")
    line = f"{tmp_path}/fact.csv: there is no such file; perhaps `{near}` is meant [unreadable]"
    assert (result.code, result.errors) == (2, [line])


def test_json_lines_without_a_needed_key_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text('{"UDI": 1, "Type": "M"}\n', encoding="utf-8")
    result = gonogo("check", "milling-cell", path)
    assert result.code == 2
    assert result.err.endswith("[missing-column]\n")


# ------------------------------------------------------------------------------------------------ standards


def test_a_bad_standard_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    text = (ROOT / "rules/milling-cell/standard.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text(text.replace("< hot_limit", "< hot_limt").replace("> 9000 W", "> 9000 K"), encoding="utf-8")
    for arguments in (["check", str(bad), MILLING], ["explain", str(bad), MILLING, "--item", "1"], ["show", str(bad)]):
        result = gonogo(*arguments)
        assert (result.code, result.out, len(result.errors)) == (2, "", 2)
        assert result.errors[0].startswith(f"{bad}:38:36: `hot_limt` is not a name of this standard; ")


def test_an_unknown_pack_is_told_with_the_nearest() -> None:
    result = gonogo("check", "mlling-cell", MILLING)
    line = "mlling-cell: there is no such pack; did you mean `milling-cell`? [unreadable]"
    assert (result.code, result.errors) == (2, [line])


# --------------------------------------------------------------------------------------------------- output


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_an_output_file_holds_what_standard_output_would(tmp_path: Path, form: str) -> None:
    path = tmp_path / "result"
    shown = gonogo("check", "milling-cell", MILLING, "--format", form)
    written = gonogo("check", "milling-cell", MILLING, "--format", form, "-o", path)
    assert (written.code, written.out, path.read_text(encoding="utf-8")) == (shown.code, "", shown.out)


def test_facts_that_break_off_leave_the_file_that_was_there(tmp_path: Path) -> None:
    path, source = tmp_path / "result", facts(tmp_path, GOOD, '2,"M\n')
    path.write_text("before", encoding="utf-8")
    for form in ("table", "json", "jsonl", "csv"):
        assert gonogo("check", "milling-cell", source, "--format", form, "-o", path).code == 2
        assert path.read_text(encoding="utf-8") == "before"
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["facts.csv", "result"]


def test_an_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "no" / "result"
    result = gonogo("check", "milling-cell", MILLING, "--quiet", "-o", path)
    assert (result.code, result.errors) == (
        2,
        [f"{path}: this can't be written: no such file or directory [unwritable]"],
    )


def test_an_output_file_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.touch(0o600)
    gonogo("check", "milling-cell", MILLING, "-o", path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_result_never_overwrites_what_it_is_made_from(tmp_path: Path, form: str) -> None:
    source, pack, link = facts(tmp_path, GOOD), tmp_path / "pack", tmp_path / "link"
    gonogo("init", pack)
    link.symlink_to(source)
    outputs = [(source, source), (link, source), (pack / "standard.yaml", pack / "standard.yaml")]
    for output, origin in outputs:
        before = origin.read_bytes()
        for command, *rest in (("check", "--format", form), ("explain", "--item", "1")):
            result = gonogo(command, pack, source, *rest, "-o", output)
            what = f"{output}: the result would overwrite `{origin}`, which it is made from"
            assert result.errors == [f"{what}; name another file with `-o` [output-is-input]"]
            assert (result.code, origin.read_bytes()) == (2, before)
    for command in ("lint", "show"):
        assert gonogo(command, pack, "-o", pack / "standard.yaml").errors[0].endswith(" [output-is-input]")


def test_a_shifted_row_never_takes_the_name_of_another_item(tmp_path: Path) -> None:
    path = facts(tmp_path, GOOD.replace("1,", "2,", 1), GOOD.replace("\n", ",9\n"))
    result = gonogo("check", "milling-cell", path, "--format", "jsonl")
    assert [json.loads(line)["item"] for line in result.lines] == ["2", "row 2"]
    assert gonogo("explain", "milling-cell", path, "--item", "row 2").lines[0].startswith("item row 2: indeterminate")


def test_nothing_is_written_of_facts_that_cannot_be_read(tmp_path: Path) -> None:
    path = facts(tmp_path, GOOD)
    missing, empty = tmp_path / "nowhere", tmp_path / "empty.csv"
    empty.touch()
    for arguments in ([path, missing], [missing], [empty]):
        for form in ("csv", "jsonl", "json"):
            result = gonogo("check", "milling-cell", *arguments, "--format", form)
            assert (result.code, result.out, len(result.errors)) == (2, "", 1)


def test_the_option_for_decimal_commas_is_named(tmp_path: Path) -> None:
    result = gonogo("check", "milling-cell", facts(tmp_path, GOOD.replace("42.8", '"42,8"')))
    assert result.errors[0].endswith("or say that the file has decimal commas with `--decimal ,` [unusable-value]")


# ------------------------------------------------------------------------------------------------- clusters


def test_a_cluster_that_nobody_asked_for_is_a_mistake() -> None:
    result = gonogo("check", "milling-cell", MILLING, "--master", "spark://host:7077")
    assert result.code == 2
    assert "`--master` names a Spark cluster: say `--engine spark`, too" in result.err
