"""The path of somebody with a workbook: upload, read, download, correct, upload again, conforms."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kg.validation import apart

VIEWS = [(1280, "light"), (320, "dark")]
ROWS = [
    ("identifiant", "type", "nom", "hebergement"),
    ("1", "MSP", "MSP des Tilleuls", "oui"),
    ("2", "MSP", "MSP du Port", "non"),
]
SLOW = (
    "import sys, time\n"
    "data = sys.stdin.buffer.read()\n"
    "for done in range(1, 5): print(f'P {done} 4', flush=True); time.sleep(1)\n"
    "import io, types\n"
    "sys.stdin = types.SimpleNamespace(buffer=io.BytesIO(data))\n"
    "from kg.validation.child import main; main()\n"
)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook with one fault, on row 2."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "structures"
    for row in ROWS:
        sheet.append(row)
    file = tmp_path / "Mes structures.xlsx"
    book.save(file)
    return file


def upload(page: Any, site: str, file: Path, lang: str) -> None:
    page.goto(f"{site}/validation?lang={lang}")
    page.set_input_files("#file", file)
    page.click("main form.upload button")
    page.wait_for_selector("article.report", timeout=60_000)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize(
    ("lang", "faulty", "right"),
    [
        ("fr", "Non conforme au droit du", "Conforme au droit du"),
        ("en", "Does not conform to the law of", "Conforms to the law of"),
    ],
)
def test_a_faulty_workbook_is_read_downloaded_corrected_and_conforms(
    site: str, browser: Any, workbook: Path, tmp_path: Path, width: int, scheme: str, lang: str,
    faulty: str, right: str,
) -> None:  # fmt: skip
    """Without JavaScript: every step is a link, a form or a redirect."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=False,
        accept_downloads=True,
    )
    page = context.new_page()

    upload(page, site, workbook, lang)
    assert page.inner_text("h1").startswith(faulty)
    finding = page.inner_text("section.finding.violation")
    assert all(word in finding for word in ("L. 6323-3", "hebergement", "MSP des Tilleuls"))

    with page.expect_download() as waiting:
        page.click(".downloads a.button")
    annotated = tmp_path / "annotated.xlsx"
    waiting.value.save_as(annotated)
    assert "Mes_structures" in waiting.value.suggested_filename
    book = openpyxl.load_workbook(annotated)
    assert "L. 6323-3" in book["structures"]["D2"].comment.text

    book["structures"]["D2"] = "non"
    book.save(annotated)
    upload(page, site, annotated, lang)
    assert page.inner_text("h1").startswith(right)
    context.close()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_page_of_the_path_is_wider_than_the_screen(
    site: str, browser: Any, workbook: Path, width: int, scheme: str, lang: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto(f"{site}/validation?lang={lang}")
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    upload(page, site, workbook, lang)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert [width, width] == widths
    assert problems == []
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_of_a_long_validation_moves_on_by_itself_and_survives_a_reload(
    site: str, browser: Any, workbook: Path, monkeypatch: pytest.MonkeyPatch, scripts: bool
) -> None:
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", SLOW))
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()

    page.goto(f"{site}/validation?lang=fr")
    page.set_input_files("#file", workbook)
    page.click("main form.upload button")
    page.wait_for_selector("progress")
    address = page.url
    assert re.search(r"Fait : (25|50|75|100) %", page.inner_text("main").replace("\u00a0", " "))
    page.reload()

    page.wait_for_selector("article.report", timeout=60_000)
    assert address == page.url
    context.close()


def test_a_long_validation_is_stopped_with_a_button(
    site: str, browser: Any, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    page = browser.new_page(java_script_enabled=False, locale="fr-FR")

    page.goto(f"{site}/validation?lang=fr")
    page.set_input_files("#file", workbook)
    page.click("main form.upload button")
    page.click("button[value=stop]")

    assert page.inner_text("h1") == "Validation arrêtée"
    page.click("button[value=forget]")
    assert page.inner_text("h1") == "Le fichier et son rapport sont supprimés."
    page.close()


def test_hostile_cells_run_nothing(site: str, browser: Any, tmp_path: Path) -> None:
    evil = [
        "<img src=x onerror=document.title='owned'>",
        "<script>document.title='owned'</script>",
        "\u202ejavascript:alert(1)",
    ]
    file = tmp_path / "'><script>document.title='owned'<script>.csv"
    text = io.StringIO("identifiant;type;nom;hebergement\n")
    text.seek(0, io.SEEK_END)
    for number, cell in enumerate(evil):
        text.write(f"{number};MSP;{cell};oui\n{cell};{cell};{cell};{cell}\n")
    file.write_text(text.getvalue(), encoding="utf-8")
    page = browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    upload(page, site, file, "fr")

    assert dialogs == []
    assert "owned" not in page.title()
    assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
    page.close()


def test_a_person_reads_why_a_file_is_too_large(site: str, browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as large:
        large.truncate(1_073_741_824)
    page = browser.new_page(locale="fr-FR")

    page.goto(f"{site}/validation?lang=fr")
    page.set_input_files("#file", file)
    page.click("main form.upload button")
    page.wait_for_selector("text=C’est trop grand")

    assert "20 Mo au plus" in page.inner_text("h1").replace("\u00a0", " ")
    page.close()
