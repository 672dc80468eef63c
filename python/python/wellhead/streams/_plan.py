"""The plan that streams and tables write down: nodes as the engine reads them, and the functions that they name.

Each node is checked by the engine when it is added, so that a mistake is raised by the call that makes it.
"""

import json
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from .._wellhead import _Frame, _plan_check, _plan_sql


class Shape(NamedTuple):
    """What a node gives."""

    kind: str
    columns: List[Tuple[str, str]]
    key_len: int
    windowed: bool

    @property
    def names(self) -> List[str]:
        return [n for n, _ in self.columns]

    @property
    def key(self) -> List[str]:
        return self.names[: self.key_len]


class PlanBuilder:
    """Collects nodes. `frozen` once a program runs it."""

    def __init__(self) -> None:
        self.nodes: List[Dict[str, Any]] = []
        self.shapes: List[Shape] = []
        self.map: Dict[str, Callable[[_Frame], _Frame]] = {}
        self.foreach: Dict[str, Callable[[_Frame], None]] = {}
        self.process: Dict[str, Callable[[int, Optional[int], _Frame], Tuple[Optional[_Frame], Optional[_Frame]]]] = {}
        #: What SQL knows by name, as the engine keeps it.
        self.catalog: List[Dict[str, Any]] = []
        self.frozen = False

    def json(self) -> str:
        return json.dumps({"nodes": self.nodes})

    def open(self) -> None:
        if self.frozen:
            raise RuntimeError("the program has been started: its plan cannot change any more; make another App")

    def push(self, op: Any, inputs: List[int], name: Optional[str] = None) -> int:
        """Adds a node; ValueError where the engine finds a mistake in it."""
        self.open()
        node: Dict[str, Any] = {"op": op, "inputs": inputs}
        if name is not None:
            node["name"] = name
        self.nodes.append(node)
        try:
            self.shapes.append(Shape(*_plan_check(self.json())))
        except BaseException:
            self.nodes.pop()
            raise
        return len(self.nodes) - 1

    def sql(self, text: str, names: Dict[str, int]) -> List[Dict[str, Any]]:
        """Runs statements; `names` are nodes by the names that they have in these statements alone. Gives the answers."""
        if self.frozen:
            raise RuntimeError("the program has been started: its plan cannot change any more; make another App")
        hidden = [e for e in self.catalog if e["name"] in names]
        seen = [e for e in self.catalog if e["name"] not in names] + [{"name": n, "node": at} for n, at in names.items()]
        ran = json.loads(_plan_sql(self.json(), json.dumps(seen), text))
        self.nodes += ran["plan"]["nodes"][len(self.nodes) :]
        plan = self.json()
        for at in range(len(self.shapes), len(self.nodes)):
            self.shapes.append(Shape(*_plan_check(plan, at)))
        self.catalog = [e for e in ran["catalog"] if e["name"] not in names] + hidden
        answers: List[Dict[str, Any]] = ran["answers"]
        return answers

    def change(self, at: int, key: str, value: Any) -> None:
        """Changes a field of an aggregate that is there. Columns stay as they are."""
        self.open()
        (fields,) = self.nodes[at]["op"].values()
        old = fields.get(key)
        fields[key] = value
        try:
            _plan_check(self.json())
        except BaseException:
            fields[key] = old
            raise

    def function(self, kind: Dict[str, Any], fn: Callable[..., Any], called: Any) -> str:
        """Gives a function a name that no other of the plan has."""
        base = getattr(fn, "__name__", type(fn).__name__).strip("<>") or "function"
        name, n = base, 1
        while name in self.map or name in self.foreach or name in self.process:
            n += 1
            name = f"{base}-{n}"
        kind[name] = called
        return name
