"""Tables generated around known numbers: what comes out is right, unknown or refused, and never wrong without a word.

A table is laid out at random: languages, rows of names, units and where they are said, ways to write numbers, sums and
where they stand, lines beside the table, separators, encodings, years. Two readers read it. One pastes every line that is
proposed without thinking; nothing wrong may come out. The other knows the unit, and gets every number.
"""

import random
from dataclasses import dataclass, field

import pytest

from taobaolab.lessons import your_region
from taobaolab.lessons.your_region import RegionError
from tests.lessons.your_region.tables import upload, values

NAMES = [
    "Ahof",
    "Bétis",
    "Cielo",
    "Đồng Giả",
    "Ełk Zmyślony",
    "Fantasía",
    "Gök",
    "虚村",
    "Ηχώ",
    "Имярек",
]
KNOWN = [
    "households",
    "户数",
    "Haushalte",
    "hogares",
    "ménages",
    "số hộ",
    "домохозяйства",
    "世帯数",
    "famiglie",
]
FOREIGN = ["hane sayısı", "liczba domów", "ikore", "gospodinjstva", "nyumba", "hushållen"]
SCALES = {
    1: ["", "", "households", "户"],
    10: ["tens", "decenas", "十户"],
    1000: ["thousand", "千户", "тыс.", "elfu", "tisíc", "x10³"],
    10000: ["万户", "萬戶", "ten thousands", "മൈൽ"],
}
SUMS = ["Total", "合计", "Razem", "Jumla", "Ukupno", "សរុប", "Alles zusammen", "Hela länet"]
PLACES = ["place", "村名", "Gemeinde", "köy", "wieś", "kijiji"]


@dataclass
class Made:
    """A generated table with the truth about it."""

    text: str
    truth: dict[str, float]
    header: str
    scale: int
    encoding: str = "utf-8"
    answers: dict = field(default_factory=dict)


def written(number, style):
    """A whole number in a way of writing."""
    return f"{number:,}".replace(
        ",", {"plain": "", "comma": ",", "point": ".", "blank": " ", "apostrophe": "'"}[style]
    )


def generate(seed):
    """A table around known numbers."""
    dice = random.Random(seed)
    names = dice.sample(NAMES, dice.randint(4, 9))
    scale = dice.choice([1, 1, 1, 10, 1000, 10000])
    low, high = dice.choice([(21, 899), (900, 99_000)])
    numbers = {name: dice.randint(low, high) for name in names}
    others = {name: dice.randint(low, high) for name in names}
    style = dice.choice(["plain", "plain", "comma", "point", "blank", "apostrophe"])
    unit = dice.choice(SCALES[scale])
    known = dice.random() < 0.7
    bare = dice.choice(KNOWN if known else FOREIGN)
    where = dice.choice(
        ["bracket", "square", "comma", "slash", "above", "column", "below", "names"]
    )
    header = bare
    if unit and where in ("bracket", "square", "comma", "slash"):
        header = {
            "bracket": f"{bare} ({unit})",
            "square": f"{bare} [{unit}]",
            "comma": f"{bare}, {unit}",
            "slash": f"{bare} / {unit}",
        }[where]
    rows = [[name, written(numbers[name], style), written(others[name], style)] for name in names]
    years = dice.random() < 0.2
    sums = "none" if years else dice.choice(["none", "end", "begin", "groups", "groups"])

    def total(members, label):
        return [label, *(written(sum(d[m] for m in members), style) for d in (numbers, others))]

    label = dice.choice(SUMS)
    if sums == "end":
        rows.append(total(names, label))
    elif sums == "begin":
        rows.insert(0, total(names, label))
    elif sums == "groups":
        half = len(names) // 2
        first, second = names[:half], names[half:]
        above = dice.random() < 0.5
        groups = []
        for number, members in enumerate((first, second), 1):
            part = [[n, written(numbers[n], style), written(others[n], style)] for n in members]
            own = total(members, f"{label} {number}")
            groups += [own, *part] if above else [*part, own]
        rows = [*groups, total(names, label)]
    head = [dice.choice(PLACES), header, dice.choice(["xyz", "第二", "andere"])]
    if years:
        head.insert(1, dice.choice(["year", "año", "mwaka"]))
        old = [[r[0], "2020", written(numbers[r[0]] + 7, style), r[2]] for r in rows]
        rows = [
            row
            for pair in zip(old, [[r[0], "2021", *r[1:]] for r in rows], strict=True)
            for row in pair
        ]
    if unit and where == "column":
        head.append("birim")
        rows = [[*row, unit] for row in rows]
    heads = [head]
    if unit and where == "names":
        j = head.index(header)
        heads.append([unit if k == j else "" for k in range(len(head))])
        header = f"{header}: {unit}"
    width = len(head)
    lines = [
        [
            f"({unit})"
            if unit and where == "above"
            else dice.choice(["Tabla 3", "表三", "Uchunguzi"]),
            *[""] * (width - 1),
        ]
    ]
    if not (unit and where == "above") and dice.random() < 0.6:
        lines = []
    elif dice.random() < 0.5:
        lines.append([""] * width)
    table = [*lines, *heads, *rows]
    if unit and where == "below":
        table += [[""] * width, [f"* {unit}", *[""] * (width - 1)]]
    sign = dice.choice([",", ";", "\t"])
    quoted = [[f'"{cell}"' if sign in cell else cell for cell in row] for row in table]
    text = "\n".join(sign.join(row) for row in quoted) + "\n"
    made = Made(text, {n: numbers[n] * scale for n in names}, header, scale)
    made.answers["header"] = [len(lines) + 1 + k for k in range(len(heads))]
    if dice.random() < 0.15:
        made.encoding = "utf-16"
    if style in ("comma", "point"):
        made.answers["decimal"] = {"comma": ".", "point": ","}[style]
    return made


def pasted(made, knows):
    """The places after pasting what is proposed, at most five times; None where it stays refused.

    Who knows the table says where the names stand, which column holds the households, and the unit.
    """
    answers = {"header": made.answers["header"]} if knows else {}
    source = upload(made.text.encode(made.encoding), "made.csv")
    for _ in range(5):
        try:
            return your_region.read(source, **answers)
        except RegionError as error:
            before = dict(answers)
            for finding in error.findings:
                for name, value in (finding.answer or {}).items():
                    if name == "columns" and (knows or ... in value):
                        value = {"households": made.header}
                    elif name == "units" and knows:
                        value = {"households": made.scale}
                    elif name == "decimal" and knows:
                        value = made.answers["decimal"]
                    if isinstance(value, dict):
                        value = {**answers.get(name, {}), **value}
                    elif isinstance(value, list) and name in answers and name != "place":
                        value = [*answers[name], *value]
                    answers[name] = value
            if answers == before:
                return None
    return None


SEEDS = range(300)


@pytest.mark.parametrize("knows", [False, True], ids=["pasting blindly", "knowing the unit"])
def test_what_comes_out_is_right_or_refused(knows):
    reached = 0
    for seed in SEEDS:
        made = generate(seed)
        places = pasted(made, knows)
        if places is None:
            assert not knows, f"seed {seed} is refused for ever:\n{made.text}"
            continue
        reached += 1
        found = dict(zip(places.data.place, values(places, "households"), strict=True))
        wrong = {n: v for n, v in found.items() if v is not None and v != made.truth.get(n)}
        assert not wrong, f"seed {seed}: {wrong} but {made.truth}\n{made.text}\n{places}"
        if knows:
            assert found == made.truth, f"seed {seed}\n{made.text}\n{places}"
    assert reached == len(SEEDS) if knows else reached > len(SEEDS) / 10


def test_the_generator_makes_what_it_says():
    made = [generate(seed) for seed in SEEDS]
    assert len({m.text for m in made}) == len(SEEDS)
    assert {m.scale for m in made} == set(SCALES)
    assert sum("合计" in m.text or "Razem" in m.text for m in made) > 25
    assert sum("2021" in m.text for m in made) > 25
    assert sum(m.encoding != "utf-8" for m in made) > 10
