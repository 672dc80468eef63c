"""Executes a notebook from top to bottom, as somebody would who clicks "run all", and says what its cells printed.

usage: execute.py NOTEBOOK [OUT]

With OUT the notebook is written there with its outputs; the one in the repository has none. An exception in a cell ends this program.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

#: Seconds that a cell may take.
PATIENCE_S = 300


def execute(path):
    """The notebook with its outputs. It runs in the folder in which it lies."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(Path(path).parent)}}
    NotebookClient(notebook, timeout=PATIENCE_S, kernel_name="python3", resources=where, extra_arguments=["--log-level=40"]).execute()
    return notebook


def printed(notebook):
    return [o["text"].strip() for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream" and o.name == "stdout"]


def main():
    notebook = execute(sys.argv[1])
    if len(sys.argv) > 2:
        nbformat.write(notebook, sys.argv[2])
    print("\n".join(printed(notebook)[1:]))


if __name__ == "__main__":
    main()
