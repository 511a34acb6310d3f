"""No name of the product lives for nobody: what only tests use is dead too."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from config import ROOT
from tests.test_architecture import SOURCES, TEMPLATES, source, tree

# Who may use what the product defines: all that is no test.
USERS = [
    *SOURCES,
    *(path for folder in ("deploy", "benchmarks", "migrations") for path in sorted((ROOT / folder).rglob("*.py"))),
    ROOT / "config.py",
    ROOT / "wsgi.py",
]
# These only wrap; any other decorator hands a function to whoever calls it.
WRAPPING = {
    "cache",
    "contextmanager",
    "dataclass",
    "hybrid_property",
    "lru_cache",
    "prepared",
    "property",
    "staticmethod",
    "classmethod",
}
ALLOWED = {"marketplace.commands.migrations.group"}  # found by its name, as in every file of commands
# What libraries call, by the names that they give.
CALLED_FROM_OUTSIDE = {"fold_binary", "get_id", "pre_validate"}
DECLARING = ("audiences.py", "reminders.py", "subject.py", "waiting.py")  # what is made there registers itself
Defined = ast.FunctionDef | ast.ClassDef


def module_of(path: Path) -> str:
    """``marketplace.kernel.db`` of its file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in SOURCES}


def handed_over(node: Defined) -> bool:
    """Whether a decorator registers it."""
    for decorator in node.decorator_list:
        found = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (found.attr if isinstance(found, ast.Attribute) else getattr(found, "id", "")) not in WRAPPING:
            return True
    return False


def defined(path: Path) -> Iterator[str]:
    """The functions, classes and constants of a module."""
    for node in tree(path).body:
        if isinstance(node, Defined) and not handed_over(node):
            yield node.name
        if path.name in DECLARING and isinstance(getattr(node, "value", None), ast.Call):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            if isinstance(target, ast.Name) and not target.id.startswith("__"):
                yield target.id


def used(path: Path) -> set[tuple[str, str]]:
    """Each name that a file uses, with the module it is from; of a module that is handed on, ``*``."""
    own, found = module_of(path), set()
    nodes = list(ast.walk(tree(path)))
    modules: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, name.name) for name in node.names}
            modules |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    roots = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add((own, node.id))
            found |= {(modules[node.id], "*")} if id(node) not in roots and node.id in modules else set()
        elif isinstance(node, ast.Attribute):
            found.add((modules.get(getattr(node.value, "id", ""), "*"), node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in MODULES:
            found.add((node.value, "*"))
    return found


def test_every_function_class_and_constant_is_used() -> None:
    uses = set().union(*(used(path) for path in USERS))
    handed_on = {name for module, name in uses if module == "*"}
    handed_on |= {word for path in TEMPLATES for word in re.findall(r"\.(\w+)", source(path))}
    dead = {
        f"{module}.{name}"
        for module, path in MODULES.items()
        for name in defined(path)
        if (module, name) not in uses and not ((module, "*") in uses and name in handed_on)
    }
    assert dead == ALLOWED


def parts(path: Path) -> Iterator[str]:
    """The methods, properties and fields of a module's classes, but what forms and Python call by its name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            own = [part.name for part in node.body if isinstance(part, ast.FunctionDef) and not handed_over(part)]
            own += [part.target.id for part in node.body if isinstance(part, ast.AnnAssign)]  # type: ignore[union-attr]
            yield from (name for name in own if not name.startswith(("__", "validate_")))


def test_every_method_property_and_field_is_used() -> None:
    said = Counter(word for path in (*USERS, *TEMPLATES) for word in re.findall(r"\w+", source(path)))
    dead = {name for path in SOURCES for name in parts(path) if said[name] == 1}
    assert dead == CALLED_FROM_OUTSIDE
