"""Pages on the data: the codebook, the ledger of claims, the wordings of the rule, the glossary, the sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from books import Collection, prose
from frame import TEMPLATES, Page, Part

from taobaolab import datasets, definition, evidence

VERDICTS = {
    "consistent": "nothing speaks against it",
    "contested": "other texts say otherwise",
    "contradicted": "it cannot be right together with another text",
    "implausible": "it cannot be right as it stands",
    "unverifiable": "nothing to test it with",
    "definition_variant": "a wording of the rule, not a fact",
}
RESULTS = {
    "holds": "can all be right",
    "breaks": "cannot all be right",
    "open": "it depends on what no text says",
    "same_witness": "one text goes back to another",
}
LEVELS = {
    "village": "What is a Taobao village?",
    "town": "What is a Taobao town?",
    "cluster": "What is a cluster?",
}


def data(collection: Collection) -> Iterator[Page]:
    """All pages on the data, those first that most readers look for."""
    for name, title, source in (
        ("codebook", "Codebook", "data/README.md"),
        ("glossary", "Glossary", "notebooks/GLOSSARY.md"),
    ):
        if (collection.root / source).is_file():
            body = written_page(collection, source)
            if name == "glossary":
                body = TEMPLATES.get_template("glossary.html").render(body=body)
            yield page(name, title, body, source=source, searched=name == "glossary")
    yield page("ledger", "The ledger of claims", ledger(), searched=True)
    yield page("definitions", "Wordings of the rule", definitions(), searched=True)
    yield page("sources", "Sources", sources(), searched=True)


SUMMARIES = {
    "codebook": "Every table and every column: unit, meaning, allowed values, traps.",
    "ledger": "Who says what about the villages, what speaks for and against it, with search.",
    "definitions": "Each published wording, its rule in English and Chinese, its source, and what is odd about it.",
    "glossary": "Chinese terms with characters, pinyin and meaning.",
    "sources": "The bibliography behind all tables, with what each text is and how far to trust it.",
}


def page(name: str, title: str, body: str, source: str = "", searched: bool = False) -> Page:
    """A page of this part."""
    scripts = ("search.js",) if searched else ()
    return Page(
        f"data/{name}.html", title, body, source=source, summary=SUMMARIES[name], scripts=scripts
    )


def written_page(collection: Collection, source: str) -> str:
    """A page of the collection that is written in Markdown, without its title and without the word on its generator."""
    paragraphs = (collection.root / source).read_text(encoding="utf-8").split("\n\n")
    kept = [p for p in paragraphs if not p.startswith(("# ", "This page is made from"))]
    return prose("\n\n".join(kept))


# ---- the ledger
def ledger() -> str:
    """All claims in one table, each with what speaks for and against it; then the cross-checks with their sums."""
    claims = evidence.claims()
    texts = dict(sources_by_key())
    checks = evidence.crosscheck()
    facts = [facts_of(evidence.claim(name), texts) for name in claims.id]
    verdicts = []
    for verdict, number in claims.first_reading.value_counts().items():
        verdicts.append((verdict.replace("_", " "), int(number), VERDICTS[verdict]))
    return TEMPLATES.get_template("ledger.html").render(
        facts=facts,
        verdicts=verdicts,
        texts=sorted({fact["text"] for fact in facts}),
        checks=checks.to_dict("records"),
        titles=dict(zip(checks.id, checks.title, strict=True)),
        results=RESULTS,
        counted=checks.result.value_counts().to_dict(),
    )


def facts_of(claim: evidence.Claim, texts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the page says of one claim: its text, what it is about, and the claims beside it."""
    return {
        "id": claim.id,
        "text": texts[claim.row["source"]]["title"],
        "about": f"{claim.row['subject']}, {claim.row['metric']}",
        "claim": claim,
        "verdict": claim.row["first_reading"].replace("_", " "),
        "with": {
            "Agrees with": claim.confirmed_by,
            "Clashes with": claim.contradicted_by,
            "Same witness as": claim.copied_with,
        },
        "checks": list(dict.fromkeys(claim.checks.check)),
    }


# ---- the wordings
def definitions() -> str:
    """All wordings by level, each with its rule in two languages and where it stands."""
    texts = dict(sources_by_key())
    known = [definition.get_definition(key) for key in definition.definitions().key]
    left = sorted({one.key for one in known if one.level not in LEVELS})
    if left:
        raise ValueError(f"No heading for the level of {', '.join(left)}: add it to LEVELS.")
    levels = []
    for level, heading in LEVELS.items():
        found = []
        for one in known:
            if one.level == level:
                text = texts.get(one.source, {"title": one.source})
                found.append((one, text["title"]))
        levels.append((heading, found))
    return TEMPLATES.get_template("definitions.html").render(levels=levels, number=len(known))


# ---- the sources
def sources_by_key() -> Iterator[tuple[str, dict[str, Any]]]:
    """The bibliography by key; missing entries are empty text."""
    for row in datasets.load("sources").astype("string").fillna("").to_dict("records"):
        yield row["key"], row


def sources() -> str:
    """The bibliography, each text with the tables that rest on it."""
    used: dict[str, list[str]] = {}
    for name in datasets.catalog().index:
        try:
            keys = datasets.cite(name).keys
        except KeyError:  # a table without sources: the bibliography itself
            continue
        for key in keys:
            used.setdefault(key, []).append(name)
    rows = [row | {"tables": used.get(key, [])} for key, row in sources_by_key()]
    kinds = sorted({row["kind"] for row in rows})
    return TEMPLATES.get_template("sources.html").render(rows=rows, kinds=kinds)


DATA = Part(
    "data",
    "Data",
    "Tables with their codebook, the ledger of claims, the wordings, the sources.",
    data,
    "index.html#data",
)
