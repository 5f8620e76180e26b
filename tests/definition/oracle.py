"""A second reading of the language of rules, written apart from the checker: slow, plain, and exact.

A rule in the form of the file is read word by word with fractions. The verdict on a place with gaps is what all its
completions agree on, and the completions are listed one by one.
"""

import itertools
import random
from fractions import Fraction

COLUMNS = {
    "a": {"kind": "count", "label": "a", "most": 6},
    "b": {"kind": "count", "label": "b", "most": 6},
    "whole": {"kind": "count", "label": "whole", "least": 1, "most": 6},
    "part": {"kind": "count", "label": "part", "at_most": "whole", "most": 6},
    "money": {"kind": "number", "label": "money", "most": 4},
    "flag": {"kind": "yes/no", "label": "flag"},
    "sort": {"kind": "text", "label": "sort"},
}
DOMAIN = {
    "a": list(range(7)),
    "b": list(range(7)),
    "whole": list(range(1, 7)),
    "part": list(range(7)),
    "money": [Fraction(i, 24) for i in range(97)],
    "flag": [True, False],
    "sort": ["A", "B", "C", "elsewhere"],
}
NUMBERS = ("a", "b", "whole", "part", "money")


def as_number(text):
    text = str(text)
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


def holds(spec, place):
    """Whether a complete place meets a rule."""
    if "all" in spec:
        return all(holds(part, place) for part in spec["all"])
    if "any" in spec:
        return any(holds(part, place) for part in spec["any"])
    if "not" in spec:
        return not holds(spec["not"], place)
    if "of" in spec:
        points = sum(as_number(part.get("weight", 1)) for part in spec["of"] if holds(part, place))
        return on_the_right_side(spec, points, 1, place)
    x = place[spec["column"]]
    if "is" in spec:
        return x in (spec["is"] if isinstance(spec["is"], list) else [spec["is"]])
    if "is_not" in spec:
        return x not in (spec["is_not"] if isinstance(spec["is_not"], list) else [spec["is_not"]])
    if "growth_from" in spec:
        return on_the_right_side(spec, x, place[spec["growth_from"]], place, add=1)
    return on_the_right_side(spec, x, place[spec["per"]] if "per" in spec else 1, place)


def on_the_right_side(spec, x, y, place, add=0):
    for word in ("at_least", "more_than", "at_most", "less_than"):
        if word not in spec:
            continue
        bound = spec[word]
        if isinstance(bound, dict):
            case = (
                str(place[bound["by"]]).lower()
                if isinstance(place[bound["by"]], bool)
                else place[bound["by"]]
            )
            bound = bound.get(case, bound.get("otherwise"))
            if bound is None:
                return False
        aim = (as_number(bound) + add) * y
        right = {
            "at_least": x >= aim,
            "more_than": x > aim,
            "at_most": x <= aim,
            "less_than": x < aim,
        }[word]
        if not right:
            return False
    return True


def verdict(spec, place, columns, domain=DOMAIN):
    """What all completions of a place agree on: True, False or None."""
    gaps = [c for c in columns if place.get(c) is None]
    seen = set()
    for values in itertools.product(*(domain[c] for c in gaps)):
        full = {**place, **dict(zip(gaps, values, strict=True))}
        if "part" in columns and "whole" in columns and full["part"] > full["whole"]:
            continue
        seen.add(holds(spec, full))
        if len(seen) == 2:
            return None
    return seen.pop()


# ---- rules at random -------------------------------------------------------------------------------
def random_leaf(r, columns):
    column = r.choice(columns)
    if column == "flag":
        return {"column": "flag", r.choice(["is", "is_not"]): r.random() < 0.5}
    if column == "sort":
        words = r.sample(["A", "B", "C"], r.choice([1, 1, 2]))
        return {"column": "sort", r.choice(["is", "is_not"]): words if len(words) > 1 else words[0]}
    word = r.choice(["at_least", "more_than", "at_most", "less_than"])
    others = [c for c in columns if c in NUMBERS and c != column]
    if others and r.random() < 0.5:
        share = r.choice(
            ["20%", "25%", "50%", "75%", "100%", "150%", "200%", "1/3", 0.5, 2, 1.5, "33.4%"]
        )
        if r.random() < 0.15:
            return {
                "column": column,
                "growth_from": r.choice(others),
                word: r.choice(["50%", "-25%", "10%"]),
            }
        return {"column": column, "per": r.choice(others), word: share}
    if "sort" in columns and r.random() < 0.15:
        by = {"by": "sort", "A": r.choice([1, 2]), "B": r.choice([3, 4])}
        return {"column": column, word: by | ({"otherwise": 2} if r.random() < 0.6 else {})}
    bound = r.choice([1, 2, 3, 4, 5] if column != "money" else [0.5, 1, 1.25, 2, 3])
    if r.random() < 0.15:
        return {"column": column, "at_least": bound, r.choice(["less_than", "at_most"]): bound + 1}
    return {"column": column, word: bound}


def random_rule(r, columns, depth=2):
    if depth == 0 or r.random() < 0.25:
        return random_leaf(r, columns)
    parts = [random_rule(r, columns, depth - 1) for _ in range(r.choice([1, 2, 2, 3, 4]))]
    joint = r.choice(["all", "any", "all", "any", "not", "of", "weights"])
    if joint == "not":
        return {"not": parts[0]}
    if joint == "of":
        return {"at_least": r.randint(1, len(parts)), "of": parts}
    if joint == "weights":
        weighed = [{**part, "weight": r.choice([1, 2, 3, 0.5, -1])} for part in parts]
        return {
            r.choice(["at_least", "more_than", "at_most", "less_than"]): r.choice([0.5, 1, 2, 3]),
            "of": weighed,
        }
    return {joint: parts}


def random_definition(r):
    columns = r.sample(sorted(COLUMNS), r.choice([1, 2, 2, 3, 3, 4]))
    rule = random_rule(r, columns, r.choice([1, 2, 2, 3]))
    if not {"all", "any", "not", "of"} & set(rule):
        rule = {"all": [rule]}
    own = {c: COLUMNS[c] for c in columns}
    if "part" in own:
        own["whole"] = COLUMNS["whole"]
    return {"source": "s", "year": 2026, "level": "place", "columns": own, **rule}


def random_place(r, columns, missing):
    place = {c: r.choice(DOMAIN[c]) for c in columns}
    if "part" in place and "whole" in place and place["part"] > place["whole"]:
        place["part"] = r.randint(0, place["whole"])
    for c in r.sample(list(columns), min(missing, len(columns))):
        place[c] = None
    return place


def generator(seed):
    return random.Random(seed)
