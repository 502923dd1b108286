"""The wheel: what it holds, and that it runs anywhere without npm, Java or a build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from kg import build
from kg.resources import BUILT, data_folder

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").is_file(), reason="packaging is tested from a checkout"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without the network."""
    build.ensure()
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def soins(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of the wheel, installed in a fresh environment that borrows our dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    packages = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    # A path named in a .pth file does not run the .pth files it holds: our editable install stays out.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "-q",
         "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)],
        check=True,
    )  # fmt: skip
    return folder / "bin/soins"


def run_from_the_root(
    command: Path, data: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run *command* from ``/`` with a private working folder and no Python path of ours."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    return subprocess.run(
        [str(command), *arguments],
        cwd="/",
        env={**environment, "SOINS_DATA": str(data), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_top_level_of_the_wheel_is_kg_and_api(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert top == {"kg", "api"}


@pytest.mark.parametrize("folder", ["ontology", "shapes", "corpus"])
def test_the_wheel_carries_every_file_of_a_data_folder_and_no_code(
    wheel: Path, folder: str
) -> None:
    inside = {n for n in zipfile.ZipFile(wheel).namelist() if n.startswith(f"kg/_data/{folder}/")}

    root = data_folder(folder)
    expected = {
        f"kg/_data/{folder}/{file.relative_to(root).as_posix()}"
        for file in root.rglob("*")
        if file.is_file()
    }
    assert inside == expected
    assert not [name for name in inside if name.endswith(".py")]


def test_the_wheel_carries_the_built_dataset_and_the_front_end(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert f"kg/_built/{build.DATASET}" in names
    if not (ROOT / "api/static/vendor").is_dir():
        pytest.skip("the front-end assets are not set up here: run `make setup`")
    assert [name for name in names if name.startswith("api/static/vendor/")]


def test_an_installed_wheel_answers_from_the_root_of_the_disk(soins: Path, tmp_path: Path) -> None:
    done = run_from_the_root(soins, tmp_path, "ask", "--json", "--lang", "fr", "textes CDS")

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert not answer["abstained"]
    assert "L6323-1" in str(answer["answer"]["entities"])


def test_an_installed_wheel_builds_the_same_dataset(soins: Path, tmp_path: Path) -> None:
    done = run_from_the_root(soins, tmp_path, "build", "--check")

    assert done.returncode == 0, done.stdout + done.stderr


def test_help_is_quick() -> None:
    """Heavy imports stay inside the verb that needs them: `soins --help` loads none of them."""
    code = "import sys; import kg.cli; print([m for m in ('rdflib', 'pyoxigraph', 'flask', 'pyshacl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_manifest_says_what_was_built() -> None:
    made = build.ensure()

    assert build.manifest(BUILT) == made
    assert made.quads > 0
