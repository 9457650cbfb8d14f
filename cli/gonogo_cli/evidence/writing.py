"""The evidence in its folder: four files, which are there together or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import gonogo
from gonogo_cli.checkout import Checkout
from gonogo_cli.evidence.content import Content
from gonogo_cli.formats.report import dumps
from gonogo_cli.output import folder_beside, open_output, refuse_overwriting, refuse_replacing

PAGE: Final = "evidence.html"
DOCUMENT: Final = "evidence.json"
MESSAGES: Final = "messages.ndjson"
JUNIT: Final = "junit.xml"
FILES: Final = (PAGE, DOCUMENT, MESSAGES, JUNIT)
KIND: Final = "evidence of specs"
OPTION: Final = "--report"


def refuse_evidence(folder: str | None, pack: str, features: Sequence[str], others: Sequence[str | None]) -> None:
    """Refuse, before anything is run, a folder that holds what is run, or what gonogo did not write.

    Parameters
    ----------
    folder : str or None
        What evidence is to be written to.
    features : sequence of str
        Further folders of features.
    others : sequence of str or None
        What else is written.
    """
    if folder is None:
        return
    if folder in ("", "-") or "://" in folder:
        what, mend = f"`{folder}` is no folder here", f"name one with `{OPTION}`"
        raise gonogo.Refused([gonogo.Problem("bad-setting", OPTION, what, mend)])
    refuse_overwriting(folder, [*features, *filter(None, others)], [pack], option=OPTION)
    refuse_replacing(folder, KIND, FILES, option=OPTION)


def write_evidence(
    folder: str,
    standard: gonogo.Standard,
    run: gonogo.SpecRun,
    covered: gonogo.Coverage,
    told: gonogo.Circumstances,
) -> None:
    """Write the evidence of a run; raises `Refused` where that can't be done."""
    checkout = Checkout.here()
    hashes = gonogo.feature_hashes(run)

    def name(path: str) -> str:
        return checkout.inside(path) or path

    documents = gonogo.feature_documents(hashes, name)
    _write(folder, Content(standard, run, covered, told, documents, hashes, name))


def _write(folder: str, content: Content) -> None:
    """Write the four files beside their place, and then put them there."""
    from gonogo_cli.evidence.document import document
    from gonogo_cli.evidence.junit import junit
    from gonogo_cli.evidence.page import page

    envelopes = gonogo.spec_messages(content.run, content.documents, content.told, content.name)
    written = {
        PAGE: [page(content)],
        DOCUMENT: [dumps(document(content)), "\n"],
        MESSAGES: (json.dumps(envelope, ensure_ascii=False) + "\n" for envelope in envelopes),
        JUNIT: junit(content),
    }
    with folder_beside(folder, KIND, FILES, option=OPTION) as part:
        for file, pieces in written.items():
            with open_output(str(Path(part, file))) as stream:
                stream.writelines(pieces)
