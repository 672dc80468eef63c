"""The notebook of the flights: every cell runs, pictures and the live table are there, and pandas agrees; in the repository it has no outputs."""

import importlib.util
import os
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "examples" / "notebooks"
DATA = Path(os.environ.get("WELLHEAD_DATA", ROOT / "build" / "flights")).absolute()


@pytest.fixture(scope="module")
def execute():
    spec = importlib.util.spec_from_file_location("execute", NOTEBOOKS / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.name)
def test_no_outputs_are_kept(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for c in notebook.cells:
        assert c.cell_type != "code" or (c.outputs == [] and c.execution_count is None), f"{path.name}: run it and clear its outputs"


@pytest.mark.skipif(not (DATA / "weather.csv").exists(), reason="the flights are not there (make data)")
def test_flights(execute, monkeypatch):
    monkeypatch.setenv("WELLHEAD_DATA", str(DATA))
    monkeypatch.setenv("WELLHEAD_DAYS", "10")
    notebook = execute.execute(NOTEBOOKS / "flights.ipynb")
    printed = execute.printed(notebook)
    assert "Sub-topology 0" in printed[0] and printed[-1].endswith("hours: as pandas says")
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    pictures = [o for o in outputs if "image/png" in o.get("data", {})]
    assert len(pictures) == 2
    # The table was first shown before anything had come, and was followed to its end.
    tables = [o["data"]["text/html"] for o in outputs if "departures</th><th>delay" in o.get("data", {}).get("text/html", "")]
    assert len(tables) == 1 and "United Air Lines" in tables[0]
