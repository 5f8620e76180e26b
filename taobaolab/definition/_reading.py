"""How a rule is read from a dict or from parsed TOML; what is wrong with it is told in the words of that form."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ._columns import Column, closest, exact, is_finite
from ._criteria import BOUNDS, Group, Is, Not, Rule, Score, Threshold

BOUND_WORDS = tuple(BOUNDS)
LEAF_WORDS = ("column", *BOUND_WORDS, "per", "growth_from", "is", "is_not")
_TRUTHS = {"true": True, "false": False, "yes": True, "no": False}
JOINTS = ("all", "any", "not", "of", "definition")
RULE_WORDS = (*JOINTS, *LEAF_WORDS, "as_of", "name")
DEEPEST = 30
MOST_PARTS = 2_000
GREATEST = Fraction(10**18)
NUMBER = re.compile(r"[+-]?(\d[\d_]*)(\.\d*)?([eE][+-]?\d{1,3})?|[+-]?\d+ */ *\d+")


class Form:
    """How the writer of a definition writes: ``"toml"``, ``"dict"``, or as the arguments of a ``"call"``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.table_name = "table" if kind == "toml" else "dict"

    def value(self, value: Any) -> str:
        """A value in this form."""
        if isinstance(value, bool):
            return str(value).lower() if self.kind == "toml" else str(value)
        if isinstance(value, str):
            return f'"{value}"'
        if value == []:
            return "[...]"
        return str(value)

    def pair(self, word: str, value: Any) -> str:
        """A word with its value in this form."""
        if self.kind == "dict":
            return f'"{word}": {self.value(value)}'
        return (
            f"{word} = {self.value(value)}"
            if self.kind == "toml"
            else f"{word}={self.value(value)}"
        )

    def table(self, **pairs: Any) -> str:
        """A small table in this form."""
        inside = ", ".join(self.pair(word, value) for word, value in pairs.items())
        return f"{{{inside}}}" if self.kind == "dict" else f"{{ {inside} }}"


class Reader:
    """Reads rules, and keeps what is wrong with them in ``faults``, each with its place.

    Parameters
    ----------
    form
        How the writer writes.
    level
        The kind of place, which limits the columns that can be asked for.
    known
        Every column, by name.
    own
        Those that the definition declares for itself.
    other
        Finds another definition that is named as a part.
    """

    def __init__(
        self,
        form: Form,
        level: str,
        known: Mapping[str, Column],
        own: Mapping[str, Column],
        other: Callable[[str], Any] | None = None,
    ) -> None:
        self.form, self.level, self.known, self.other = form, level, known, other
        self.own = own
        self.columns = {
            name: column
            for name, column in known.items()
            if name in own or level == "place" or level in column.levels or not column.levels
        }
        self.faults: list[tuple[str, str]] = []
        self.borrowed: dict[str, Column] = {}
        self.year = 0
        self.open: set[int] = set()
        self.count = 0

    def fault(self, place: str, text: str) -> Any:
        """Keep a fault, once; nothing is returned, which stands for the rule that could not be read."""
        if (place, text) not in self.faults:
            self.faults.append((place, text))

    def whole_rule(self, spec: Mapping[str, Any], place: str, year: int) -> Any:
        """The rule of a definition as of a year; a single criterion becomes a group of one."""
        self.year = year
        if not spec or set(spec) <= {"name"}:
            pair = self.form.pair
            return self.fault(place, f"no rule; write {pair('all', [])} or {pair('any', [])}")
        rule = self.rule(spec, place)
        return Group("all", (rule,)) if isinstance(rule, (Is, Threshold)) else rule

    def rule(self, spec: Any, place: str, depth: int = 0) -> Any:
        """The rule of a table, or None; what is wrong with it goes to ``faults``."""
        if id(spec) in self.open:
            return self.fault(place[:60], "holds itself; write the group once")
        self.count += 1
        if self.count > MOST_PARTS:
            return self.fault(
                "", f"more than {MOST_PARTS:,} criteria and groups; make several definitions of it"
            )
        self.open.add(id(spec))
        found = self._rule(spec, place, depth)
        self.open.discard(id(spec))
        return found

    def _rule(self, spec: Any, place: str, depth: int) -> Any:
        if depth > DEEPEST:
            return self.fault(
                place[:60] + "...",
                f"nested more than {DEEPEST} deep; write fewer groups inside groups",
            )
        if not isinstance(spec, Mapping):
            example = self.form.table(column="active_shops", at_least=100)
            return self.fault(place, f"a criterion is a {self.form.table_name} such as {example}")
        joints = [word for word in JOINTS if word in spec]
        if len(joints) > 1 or (joints and ("column" in spec)):
            words = [word for word in spec if word in JOINTS or word == "column"]
            return self.fault(
                place, f"{' and '.join(words)} side by side; keep one and put the others inside it"
            )
        if not joints:
            return self.criterion(spec, place)
        joint = joints[0]
        beside = {"of": (*BOUND_WORDS,), "definition": ("as_of",)}.get(joint, ())
        self._unknown_words(spec, place, (joint, "name", *beside))
        here = f"{place}.{joint}".lstrip(".")
        if joint == "definition":
            return self._other_definition(spec, place)
        if joint == "not":
            part = self.rule(spec["not"], here, depth + 1)
            return Not(part) if part is not None else None
        return self._several(spec, joint, here, place, depth)

    def _unknown_words(self, spec: Mapping[str, Any], place: str, known: tuple[str, ...]) -> None:
        for word in spec:
            if word not in known:
                if word in RULE_WORDS:
                    self.fault(
                        place, f"{' and '.join(map(str, spec))} side by side; put {word} inside"
                    )
                else:
                    self.fault(
                        place, f"unknown word {word!r}.{closest(word, [*known, *RULE_WORDS])}"
                    )

    def _several(
        self, spec: Mapping[str, Any], joint: str, here: str, place: str, depth: int
    ) -> Any:
        """Parts joined by all or any, or counted."""
        listed = spec[joint]
        if isinstance(listed, Mapping):
            hint = "[{...}]" if self.form.kind != "toml" else "[{ ... }]"
            return self.fault(
                here, f"needs a list, even of one criterion: put [ and ] around it, {hint}"
            )
        if not isinstance(listed, (list, tuple)):
            return self.fault(here, f"is a {type(listed).__name__}; give a list of criteria")
        if not listed:
            return self.fault(here, "is empty; name at least one criterion")
        parts, weights = [], []
        for i, part in enumerate(listed):
            at = f"{here}[{i}]"
            weight: Any = 1
            if joint == "of" and isinstance(part, Mapping) and "weight" in part:
                weight = self.number(part["weight"])
                if weight is None:
                    self.fault(at, f"{part['weight']!r} is no weight; write a number")
                part = {word: value for word, value in part.items() if word != "weight"}
            parts.append(self.rule(part, at, depth + 1))
            weights.append(Fraction(weight or 0))
        if None in parts:
            return None
        name = spec.get("name", "")
        if not isinstance(name, str):
            return self.fault(here, "name has to be text in quotation marks")
        if joint != "of":
            return Group(joint, tuple(parts), name)  # type: ignore[arg-type]
        return self._score(spec, tuple(parts), tuple(weights), place)

    def _score(self, spec: Mapping[str, Any], parts: Any, weights: Any, place: str) -> Any:
        words = [word for word in BOUND_WORDS if word in spec]
        if len(words) != 1:
            return self.fault(
                place,
                f"{' and '.join(words) or 'no bound'} beside of; write one of {', '.join(BOUND_WORDS)}",
            )
        bound = self.number(self._dated(spec[words[0]], place))
        if bound is None:
            return self.fault(
                place, f"{spec[words[0]]!r} is no bound; write how many, or how many points"
            )
        upper, strict = BOUNDS[words[0]]
        least = sum(w for w in weights if w < 0)
        most = sum(w for w in weights if w > 0)
        score = Score(parts, weights, bound, strict, upper)
        if upper:
            always = bound > most if strict else bound >= most
            never = bound <= least if strict else bound < least
        else:
            always = bound < least if strict else bound <= least
            never = bound >= most if strict else bound > most
        if always or never:
            says = "always" if always else "never"
            return self.fault(
                place, f"{words[0]} {spec[words[0]]} is {says} reached by {len(parts)} criteria"
            )
        return score

    def _other_definition(self, spec: Mapping[str, Any], place: str) -> Any:
        key = spec["definition"]
        if not isinstance(key, str) or self.other is None:
            return self.fault(
                place,
                f"a definition is named by its key: {self.form.pair('definition', 'wikipedia')}",
            )
        try:
            found = self.other(key)
            found = found.as_of(spec["as_of"]) if "as_of" in spec else found
        except (ValueError, TypeError) as error:
            return self.fault(place, str(error).splitlines()[0])
        for column in found.own_columns:
            if (
                self.borrowed.setdefault(column.name, column) != column
                or column.name in self.columns
            ) and self.columns.get(column.name, column) != column:
                return self.fault(
                    place, f"{key} has a column {column.name} of its own with another meaning"
                )
        rule = found.rule
        if isinstance(rule, Group):
            return Group(rule.need, rule.parts, spec.get("name", key))
        return Group("all", (rule,), spec.get("name", key))

    # ---- one criterion -----------------------------------------------------------------------------
    def criterion(self, spec: Mapping[str, Any], place: str) -> Any:
        """A criterion on one column; two bounds make a range."""
        for word in spec:
            if word not in LEAF_WORDS:
                self.fault(place, f"unknown word {word!r}.{closest(word, [*LEAF_WORDS, *JOINTS])}")
        column = self.columns.get(spec["column"]) if isinstance(spec.get("column"), str) else None
        if column is None:
            return self._no_column(spec, place)
        words = [word for word in (*BOUND_WORDS, "is", "is_not") if word in spec]
        bounds = [word for word in words if word in BOUNDS]
        if not column.numeric:
            return self._is(spec, column, words, place)
        if "is" in words or "is_not" in words:
            return self.fault(
                place,
                f"{column.name} is a number; write at_least or more_than instead of {words[-1]}",
            )
        uppers = [word for word in bounds if BOUNDS[word][0]]
        if not bounds or len(uppers) > 1 or len(bounds) - len(uppers) > 1:
            said = " and ".join(bounds) or "no bound"
            return self.fault(
                place,
                f"{said} on {column.name}; write one of {', '.join(BOUND_WORDS[:-1])} and less_than",
            )
        found = [self._bound(spec, column, word, place) for word in bounds]
        if None in found:
            return None
        if len(found) == 1:
            return found[0]
        low, high = found
        if isinstance(low, Threshold) and isinstance(high, Threshold):
            empty = low.bound >= high.bound if low.strict or high.strict else low.bound > high.bound
            if empty:
                return self.fault(
                    place,
                    f"no {column.name} is both {bounds[0]} {spec[bounds[0]]} and {bounds[1]} {spec[bounds[1]]}",
                )
        return Group("all", (low, high))

    def _no_column(self, spec: Mapping[str, Any], place: str) -> Any:
        if "column" not in spec:
            if self.form.kind == "dict" and len(spec) == 1:
                name, _value = next(iter(spec.items()))
                if name in self.columns:
                    return self.fault(
                        place, f"write {self.form.table(column=str(name), at_least='...')}"
                    )
            return self.fault(place, f"names no column; write {self.form.pair('column', '...')}.")
        name = spec["column"]
        return self.fault(
            place,
            f"no column {name!r} for a {self.level}.{closest(name, self.columns)} There are: {', '.join(self.columns)}; "
            f"or declare your own under columns",
        )

    def _is(self, spec: Mapping[str, Any], column: Column, words: list[str], place: str) -> Any:
        form = self.form
        yes_no = column.kind == "yes/no"
        if len(words) != 1 or words[0] in BOUNDS or "per" in spec or "growth_from" in spec:
            if yes_no:
                hint = f"yes or no; write {form.pair('is', True)} or {form.pair('is', False)}"
            else:
                hint = "a word; write is and no bound"
            return self.fault(place, f"{column.name} is {hint}")
        stated = self._dated(spec[words[0]], place)
        values = tuple(stated) if isinstance(stated, (list, tuple)) else (stated,)
        right = all(isinstance(v, bool if yes_no else str) and v != "" for v in values)
        if not values or (yes_no and len(values) > 1) or not right:
            hint = (
                f"{form.value(True)} or {form.value(False)}"
                if yes_no
                else "one or more words in quotation marks"
            )
            return self.fault(place, f"{column.name} is {stated!r}; write {hint}")
        return self._words(column, values, words[0] == "is_not")

    def _words(self, column: Column, values: tuple[Any, ...], negated: bool) -> Is:
        also = [word for word, meant in column.also.items() if meant in values]
        return Is(column.name, values, frozenset([*values, *also]), negated)

    def _dated(self, stated: Any, place: str) -> Any:
        """What is in force in the year, of a table of years."""
        if not isinstance(stated, Mapping) or not _is_dated(stated):
            return stated
        in_force = [(int(year), value) for year, value in stated.items() if int(year) <= self.year]
        if not in_force:
            first = min(int(year) for year in stated)
            return self.fault(
                place, f"nothing is stated before {first}; another bound of the rule is older"
            )
        return max(in_force, key=lambda pair: pair[0])[1]

    def _bound(self, spec: Mapping[str, Any], column: Column, word: str, place: str) -> Any:
        stated = self._dated(spec[word], place)
        if not isinstance(stated, Mapping):
            return self._threshold(spec, column, word, stated, place)
        by = self.columns.get(stated.get("by", "")) if isinstance(stated.get("by"), str) else None
        if by is None or by.numeric:
            if "by" not in stated:
                hint = "years with bounds, or by with a column and the bound for each of its words"
                return self.fault(place, f"{word} is a {self.form.table_name}; give {hint}")
            named = [name for name, known in self.columns.items() if not known.numeric]
            return self.fault(
                place, f"by names no column of words or yes/no.{closest(stated['by'], named)}"
            )
        cases = {key: value for key, value in stated.items() if key not in ("by", "otherwise")}
        if not cases:
            return self.fault(place, f"{word} by {by.name} gives no bound for any word")
        stated_for: dict[Threshold, list[Any]] = {}
        for key, value in cases.items():
            answer: Any = key
            if by.kind == "yes/no":
                answer = _TRUTHS.get(str(key).casefold())
                if answer is None:
                    return self.fault(place, f"{by.name} is yes or no; {key!r} is no answer to it")
            elif not isinstance(key, str):
                return self.fault(place, f"{key!r} is no word of {by.name}")
            leaf = self._threshold(spec, column, word, self._dated(value, place), place)
            if leaf is None:
                return None
            stated_for.setdefault(leaf, []).append(answer)
        parts: list[Rule] = []
        for leaf, answers in stated_for.items():
            if by.kind == "yes/no" and len(answers) == 2:
                return leaf
            parts.append(Group("all", (self._words(by, tuple(answers), False), leaf)))
        if "otherwise" in stated:
            every = [answer for answers in stated_for.values() for answer in answers]
            if by.kind == "yes/no" and len(every) == 2:
                return self.fault(place, f"{by.name} is yes or no; there is nothing otherwise")
            bound = self._dated(stated["otherwise"], place)
            leaf = self._threshold(spec, column, word, bound, place)
            if leaf is None:
                return None
            others = self._words(by, tuple(every), True)
            if by.kind == "yes/no":
                others = self._words(by, (not every[0],), False)
            parts.append(Group("all", (others, leaf)))
        return Group("any", tuple(parts)) if len(parts) > 1 else parts[0]

    def _threshold(
        self, spec: Mapping[str, Any], column: Column, word: str, raw: Any, place: str
    ) -> Any:
        upper, strict = BOUNDS[word]
        per = spec.get("per", spec.get("growth_from", ""))
        share = isinstance(raw, str) and raw.strip().endswith("%")
        bound = self.number(raw.strip()[:-1] if share else raw)
        if bound is None or abs(bound) > GREATEST:
            shown = raw if len(repr(raw)) <= 40 else type(raw).__name__
            shown = float(raw) if isinstance(raw, Decimal) and not raw.is_snan() else shown
            return self.fault(
                place,
                f'{shown!r} is no bound; write a number such as 100, or a share such as "10%" with per',
            )
        bound = bound / 100 if share else bound
        if "per" in spec and "growth_from" in spec:
            return self.fault(place, "per and growth_from side by side; keep one")
        if share and not per:
            whole = "households" if "households" in self.columns else "..."
            return self.fault(place, f"{raw} of what? add {self.form.pair('per', whole)}")
        if per == "" and "per" not in spec and "growth_from" not in spec:
            return self._checked(
                Threshold(column.name, bound, strict, "", upper), column, raw, place
            )
        other = self.columns.get(per) if isinstance(per, str) else None
        if other is None or other is column or not other.numeric or other.least < 0:
            usable = [
                n for n, c in self.columns.items() if c.numeric and c is not column and c.least >= 0
            ]
            return self.fault(place, f"no share can be taken per {per!r}.{closest(per, usable)}")
        if "growth_from" in spec:
            leaf = Threshold(column.name, 1 + bound, strict, other.name, upper, "growth")
        else:
            leaf = Threshold(
                column.name, bound, strict, other.name, upper, "percent" if share else "number"
            )
        return self._checked(leaf, column, raw, place)

    def _checked(self, leaf: Threshold, column: Column, raw: Any, place: str) -> Any:
        """The criterion, unless it is always or never met."""
        bound, strict = leaf.bound, leaf.strict
        if leaf.per:
            if bound <= 0:
                if not leaf.upper:
                    return self.fault(
                        place, f"a bound of {raw} is always reached; write a greater one"
                    )
                return self.fault(
                    place, f"a bound of {raw} is for the number itself; write it without {leaf.per}"
                )
            if column.at_most == leaf.per:
                at_all = bound > 1 if strict == leaf.upper else bound >= 1
                if not leaf.upper and at_all:
                    return self.fault(
                        place,
                        f"{column.name} are some of the {leaf.per}, so {raw} is never reached; write a share below 100%",
                    )
                if leaf.upper and at_all:
                    return self.fault(
                        place, f"{column.name} are some of the {leaf.per}, so {raw} is never passed"
                    )
            elif self.columns[leaf.per].at_most == column.name and (
                bound < 1 or (bound == 1 and strict == leaf.upper)
            ):
                says = "never passed" if leaf.upper else "always reached"
                return self.fault(
                    place, f"{leaf.per} are some of the {column.name}, so {raw} is {says}"
                )
            return leaf
        least, most = column.least, column.most
        if leaf.upper:
            if bound <= least if strict else bound < least:
                return self.fault(
                    place,
                    f"no {column.name} is below {raw}: the least is {least}{self._least_hint(column, raw)}",
                )
            if most is not None and (bound > most if strict else bound >= most):
                return self.fault(place, f"a bound of {raw} is never passed: the most is {most}")
            return leaf
        if bound < least if strict else bound <= least:
            return self.fault(place, f"a bound of {raw} is always reached; write a greater one")
        if most is not None and (bound >= most if strict else bound > most):
            return self.fault(place, f"a bound of {raw} is never reached: the most is {most}")
        return leaf

    def _least_hint(self, column: Column, raw: Any) -> str:
        if column.name not in self.own:
            return ""
        return f"; if it can be less, declare it: {self.form.pair('least', -500)} in columns.{column.name}"

    def number(self, raw: Any) -> Fraction | None:
        """A number of any type, exact; text such as 1/3 too. None for anything else."""
        if isinstance(raw, (bool, Mapping)):
            return None
        if isinstance(raw, str):
            text = raw.strip()
            if len(text) > 400 or not NUMBER.fullmatch(text):
                return None
            numerator, _, denominator = text.replace("_", "").partition("/")
            if not denominator:
                return Fraction(numerator.strip())
            return Fraction(int(numerator), int(denominator)) if int(denominator) else None
        if not isinstance(raw, (numbers.Real, Decimal)) or type(raw).__name__ in ("bool_", "bool"):
            return None
        if not is_finite(raw) or (
            not isinstance(raw, (int, Fraction, Decimal)) and not math.isfinite(raw)
        ):
            return None
        if isinstance(raw, Decimal) and abs(raw.adjusted()) > 400:
            return None
        return exact(raw)


def _is_dated(stated: Mapping[Any, Any]) -> bool:
    return bool(stated) and all(str(key).isdigit() and len(str(key)) == 4 for key in stated)


def years_of(rule: Any) -> set[int]:
    """Every year in which a bound of a rule changes."""
    found: set[int] = set()
    seen: set[int] = set()
    left = [rule]
    while left:
        spec = left.pop()
        if id(spec) in seen or not isinstance(spec, (Mapping, list, tuple)):
            continue
        seen.add(id(spec))
        if isinstance(spec, Mapping) and _is_dated(spec):
            found |= {int(year) for year in spec}
        else:
            left += spec.values() if isinstance(spec, Mapping) else spec
    return found
