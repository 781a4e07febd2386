"""What of a hierarchy belongs to a place: who may see or do something there, may at each node below, too.

The gateway, which gives roles at places, and the services, which answer within them, have to say the same of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from fincc.common.permissions import Scope


class Placed(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=Placed)


def covers(scope: Scope, path: Iterable[Placed]) -> bool:
    """Whether a node is one of the scope or below one; `path` is the node with all above it. What has no path, no node and
    one that nobody knows, is covered by everything alone."""
    return scope is None or any(node.id in scope for node in path)


def visible(scope: Scope, nodes: Iterable[N], path_of: Callable[[str], Iterable[N]]) -> list[N]:
    """Those of the nodes that the scope covers, and those on the way to them."""
    if scope is None:
        return list(nodes)
    on_the_way = {node.id for id_ in scope for node in path_of(id_)}
    return [node for node in nodes if node.id in on_the_way or covers(scope, path_of(node.id))]
