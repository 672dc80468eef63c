"""Everyday scripts, written for confluent-kafka, run unchanged over wellhead."""

import runpy
import sys
from pathlib import Path

import pytest

import wellhead
import wellhead.admin
import wellhead.aio
import wellhead.cimpl
import wellhead.error
import wellhead.serialization

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))


@pytest.fixture
def as_confluent(monkeypatch):
    for name in ("", ".admin", ".aio", ".cimpl", ".error", ".serialization"):
        monkeypatch.setitem(sys.modules, "confluent_kafka" + name, sys.modules["wellhead" + name])


@pytest.mark.parametrize("script", SCRIPTS, ids=[s.stem for s in SCRIPTS])
def test_script(script, broker, as_confluent, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(script), broker.bootstrap_servers])
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1] == "fine"


def test_there_are_scripts():
    assert len(SCRIPTS) >= 4
