"""What a mutant changes: Cosmic Ray's operators for comparisons, signs, constants, conditions, and two for calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator, operator_names
from parso.python.tree import Keyword

Position = tuple[tuple[int, int], tuple[int, int]]

ORDERINGS: Final = ("Lt", "LtE", "Gt", "GtE")
CORE: Final = {
    "comparison": [
        *(f"ReplaceComparisonOperator_{one}_{other}" for one in ORDERINGS for other in ORDERINGS if one != other),
        "ReplaceComparisonOperator_Eq_NotEq",
        "ReplaceComparisonOperator_NotEq_Eq",
        "ReplaceComparisonOperator_Is_IsNot",
        "ReplaceComparisonOperator_IsNot_Is",
    ],
    "sign": [
        "ReplaceBinaryOperator_Add_Sub",
        "ReplaceBinaryOperator_Sub_Add",
        "ReplaceBinaryOperator_Mul_FloorDiv",
        "ReplaceBinaryOperator_FloorDiv_Mul",
        "ReplaceBinaryOperator_Mod_FloorDiv",
        "ReplaceBinaryOperator_LShift_RShift",
        "ReplaceBinaryOperator_RShift_LShift",
        "ReplaceBinaryOperator_BitOr_BitAnd",
        "ReplaceBinaryOperator_BitAnd_BitOr",
        "ReplaceUnaryOperator_USub_UAdd",
    ],
    "constant": ["NumberReplacer", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"],
    "condition": [
        "AddNot",
        "ReplaceUnaryOperator_Delete_Not",
        "ReplaceAndWithOr",
        "ReplaceOrWithAnd",
        "ReplaceBreakWithContinue",
        "ReplaceContinueWithBreak",
        "ZeroIterationForLoop",
    ],
}


class DropCall(Operator):
    """Leaves out a call that stands alone in a statement."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if self._is_call(node):
            yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        return Keyword("pass", node.start_pos, node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("send(x)\n", "pass\n"),)

    @staticmethod
    def _is_call(node: Any) -> bool:
        if node.type not in ("atom_expr", "power") or node.parent is None or node.parent.type != "simple_stmt":
            return False
        last = node.children[-1]
        return bool(last.type == "trailer" and last.children[0].value == "(")


class SwapExtremes(Operator):
    """The smaller for the larger: ``min`` for ``max``, and ``max`` for ``min``."""

    other: Final = {"min": "max", "max": "min"}

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "name" and node.value in self.other:
            following = node.get_next_leaf()
            if following is not None and following.value == "(":
                yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        node.value = self.other[node.value]
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("min(x, y)", "max(x, y)"),)


def all_operators() -> list[tuple[str, Operator]]:
    """Each operator with the kind of change that it makes.  Raises LookupError where Cosmic Ray lacks one."""
    known = set(operator_names())
    found: list[tuple[str, Operator]] = []
    for kind, names in CORE.items():
        for name in names:
            if f"core/{name}" not in known:
                raise LookupError(f"Cosmic Ray has no operator {name}")
            found.append((kind, get_operator(f"core/{name}")()))
    return [*found, ("call", DropCall()), ("call", SwapExtremes())]
