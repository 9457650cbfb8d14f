"""`gonogo spec`: runs the Gherkin specs of a pack."""

from __future__ import annotations

from collections.abc import Mapping

import click

import gonogo
from gonogo_cli.evidence.writing import refuse_evidence, write_evidence
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.specs import coverage_lines, mutation_lines, spec_lines, step_lines
from gonogo_cli.options import Run, common, complete_packs
from gonogo_cli.output import open_output, refuse_overwriting
from gonogo_cli.page import write_page
from gonogo_cli.progress import Waiting
from gonogo_cli.proposing import write_proposals
from gonogo_cli.recording import clock, opened_ledger, recording, write_specs


def _share(context: click.Context, _parameter: click.Parameter, told: str | None) -> float | None:
    value = None if told is None else gonogo.read_probability(told)
    if told is not None and (value is None or not 0 <= value <= 1):
        raise click.UsageError(f"`--min-coverage {told}` is not a share: write it as 90 % or 0.9", context)
    return None if value is None else float(value)


@click.command(epilog="\b\nExample:\n  gonogo spec turned-shaft")
@click.argument("pack", metavar="[PACK]", required=False, shell_complete=complete_packs)
@click.option(
    "--features",
    metavar="DIR",
    multiple=True,
    type=click.Path(),
    help="Run these feature files, too; may be told again.",
)
@click.option("--tags", metavar="EXPRESSION", default="", help="Only scenarios with such tags, as of pytest's -m.")
@click.option(
    "-n", "workers", metavar="N", type=click.IntRange(0, 64), default=0, help="Let so many processes share the work."
)
@click.option("--coverage", is_flag=True, help="Show what of the standard the specs exercise, and the holes.")
@click.option(
    "--min-coverage",
    metavar="SHARE",
    callback=_share,
    help="Fail where they exercise less than this share of it, such as 90 %.",
)
@click.option(
    "--mutate",
    is_flag=True,
    help="Show which changes of limits, comparisons and connectives they would not notice.",
)
@click.option("--write", is_flag=True, help="Propose specs of all limits, categories, rules and missing values.")
@click.option("--into", metavar="DIR", type=click.Path(), help="Where to `--write`.  [default: the pack's features]")
@click.option("--steps", is_flag=True, help="List the words of specs, each with an example.")
@click.option(
    "--report", metavar="DIR", type=click.Path(), help="Write the evidence: HTML, JSON, Cucumber Messages and JUnit."
)
@recording()
@common("text", "json", can_fail=True)
def spec(
    run: Run,
    pack: str | None,
    features: tuple[str, ...],
    tags: str,
    workers: int,
    coverage: bool,
    min_coverage: float | None,
    mutate: bool,
    write: bool,
    into: str | None,
    steps: bool,
    report: str | None,
    record: str | None,
    by: str,
    reason: str,
) -> int:
    """Run the Gherkin specs of a pack: the feature files in its folder `features`, without a Python file.

    Exits with 1 where a scenario fails, or less is exercised than is wanted.
    """
    if steps:
        with open_output(run.output) as stream:
            write_page(step_lines(), stream, run.no_color)
        return 0
    if pack is None:
        raise click.UsageError("name a PACK, or list the words with `--steps`", click.get_current_context())
    for path in (run.output, record):
        refuse_overwriting(path, features, [pack])
    if write:
        _refuse_beside_writing(features, tags, workers, coverage or mutate, min_coverage, report, record)
        return write_proposals(run, pack, into)
    if into is not None:
        raise click.UsageError("`--into` says where to `--write` specs", click.get_current_context())
    refuse_evidence(report, pack, features, [run.output, record])
    book = opened_ledger(record, [run.output])
    folders = gonogo.feature_folders(pack, features)
    began = clock()
    with Waiting(run.quiet, run.no_color) as waiting:
        found = gonogo.run_specs(
            folders,
            workers=workers,
            tags=tags,
            is_brief=run.format == "text" and report is None and record is None,
            watch=lambda done: waiting.tell("running specs", None, done),
        )
    times = (began, clock())
    for problem in found.problems:
        run.messages.tell(problem)
    if not found.scenarios and not found.problems:
        what = f"no scenario has such tags: `{tags}`" if tags else "there are no scenarios in them"
        run.messages.tell(gonogo.Problem("no-specs", pack, what))
    standard = gonogo.load(pack)
    is_asked = coverage or min_coverage is not None
    covered = _covered(pack, standard, found) if is_asked or report is not None else None
    mutation = _mutation(run, standard, found) if mutate else None
    with open_output(run.output) as stream:
        if run.format == "json":
            more = {"coverage": covered.as_dict()} if is_asked and covered is not None else {}
            more |= {"mutation": mutation.as_dict()} if mutation is not None else {}
            stream.write(dumps(_document(found, standard, more)) + "\n")
        else:
            lines = [*spec_lines(found, standard, is_whole=not tags)]
            lines += coverage_lines(covered) if is_asked and covered is not None else ()
            lines += mutation_lines(mutation) if mutation is not None else ()
            write_page(lines, stream, run.no_color)
    is_enough = min_coverage is None or covered is None or covered.share >= min_coverage
    if covered is not None and not is_enough:
        least = f"{100 * (min_coverage or 0):.4g} %"
        what = f"the specs exercise {100 * covered.share:.1f} % of the standard, less than {least}"
        run.messages.tell(gonogo.Problem("low-coverage", pack, what, "`--coverage` shows the holes"))
    if report is not None and covered is not None:
        told = gonogo.circumstances(standard, found, times, gonogo.Asked(by, reason, tags), report)
        write_evidence(report, standard, found, covered, told)
    if book is not None:
        write_specs(book, gonogo.spec_record(pack, found), by, reason)
    return run.code(found.is_good and is_enough)


def _covered(pack: str, standard: gonogo.Standard, found: gonogo.SpecRun) -> gonogo.Coverage:
    points = [point for result in gonogo.judged_by(standard, found.scenarios) for point in result.exercised]
    return gonogo.coverage(standard, gonogo.find_causes(pack, standard), points)


def _document(found: gonogo.SpecRun, standard: gonogo.Standard, more: Mapping[str, object]) -> dict[str, object]:
    hashes = gonogo.rule_hashes(standard)
    states = [gonogo.approval(each.tags, hashes) for each in found.scenarios]
    results = zip(found.scenarios, states, strict=True)
    return {
        "scenarios": len(found.scenarios),
        "failed": sum(not each.passed for each in found.scenarios),
        "proposed": states.count("proposed"),
        "stale": states.count("stale"),
        "rules_without": [row.rule for row in gonogo.matrix(standard, found.scenarios) if row.is_hole],
        **more,
        "results": [{**each.as_dict(), "approval": state} for each, state in results],
    }


def _mutation(run: Run, standard: gonogo.Standard, found: gonogo.SpecRun) -> gonogo.Mutation:
    with Waiting(run.quiet, run.no_color) as waiting:

        def watch(done: int, whole: int) -> None:
            waiting.tell("trying mutants", done / whole, None)

        return gonogo.check_mutants(standard, found.scenarios, watch)


def _refuse_beside_writing(*told: object) -> None:
    if any(each not in (None, (), "", 0, False) for each in told):
        what = "`--write` runs no specs: leave the options of a run out"
        raise click.UsageError(what, click.get_current_context())
