"""The numbers in the five seed documents, paragraph by paragraph. The documents are not part of the collection."""

import re

SCALE = {
    "hundred": 100,
    "thousand": 1000,
    "thousandth": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
SCALE |= {"wan": 10**4, "yi": 10**8}
WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
WORDS |= {
    "twenty": 20,
    "thirty": 30,
    "half": 0.5,
    "first": 1,
    "third": 3,
    "quadruple": 4,
    "pair": 2,
    "single": 1,
}
WORDS |= {
    "hundreds": "hundreds",
    "hundred": "hundreds",
    "millions": "millions",
    "multimillion": "millions",
}
WORDS |= {"decade": "decade", "decades": "decade"}
NUMBER = re.compile(
    rf"(\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[ -]?({'|'.join(sorted(SCALE, key=len, reverse=True))})\b)?"
    rf"|\b({'|'.join(WORDS)})\b",
    re.I,
)
SOURCES = {
    "000": "abstract2025",
    "001": "habr2017",
    "002": "wikipedia",
    "003": "worldbank2019",
    "004": "li2017",
}
HEADS = {  # headings of the article, as the ledger shortens them
    "Internet giants and e-commerce in China": "Internet giants",
    "Expansion of rural e-commerce by the party-state and e-commerce giants": "Expansion of rural e-commerce",
    "*The blooming of Taobao Villages in rural China*": "Blooming of Taobao Villages",
    "Transformation of rural society by e-commerce": "Transformation of rural society",
    "The economic sustainability of Taobao Villages": "Economic sustainability",
    "Role of the party-state in rural e-commerce": "Role of the party-state",
}
CONTINUED = (  # lines of the article that go on after a page break
    "joyed the lion",
    "a review of academic studies",
    '"Taobao Village" refers',
    "imity to Yiwu",
    "model in rural China, which",
    "which strive to catch up",
    "profit despite the continued",
    "diture on e-commerce",
    "implementation of policies",
    "the Xi Administration, might",
)


def numbers(text):
    """Each number of a text: its value (or a word such as hundreds) and the words that print it."""
    for found in NUMBER.finditer(text):
        digits, scale, word = found.groups()
        value = (
            WORDS[word.lower()]
            if word
            else float(digits.replace(",", "")) * SCALE.get((scale or "").lower(), 1)
        )
        yield (value if isinstance(value, str) else round(float(value), 6)), found[0]


def paragraphs(source, raw):
    """Each paragraph of a document with its place, in the words of the ledger. Lists of references are left aside."""
    lines = [line.strip() for line in raw.splitlines()]
    if source == "worldbank2019":
        return _world_bank(lines)
    if source == "li2017":
        return _article(lines)
    return _plain(source, lines[1:])


def _plain(source, lines):
    head, n = {"abstract2025": "body", "habr2017": "lead", "wikipedia": "lead"}[source], 0
    for line in lines:
        if line.startswith("REFERENCES"):
            return
        if line in (
            "Fast growing city",
            "“Moderately successful”",
            "Brain drain reversal",
        ) or line.startswith("=="):
            head, n = line.strip("“”= "), 0
        elif line.startswith("than 10%"):
            yield f"{head} paragraph {n}", line
        elif head == "See also" and line:
            yield head, line
        elif line and line != "Also popular now:":
            n += 1
            yield f"{head} paragraph {n}", line


def _world_bank(lines):
    n = 0
    for line in filter(None, lines):
        if line.startswith(("CDD", "Blog »")) or (
            line.startswith("BBL on") and "Feb, 2019" in line
        ):
            yield "title", line
        elif line.startswith("Created"):
            yield "line with the date of posting", line
        else:
            n += 1
            yield f"paragraph {n}", line


def _article(lines):
    head, n, table = None, 0, ""
    for line in lines:
        if line.startswith("## References"):
            return
        if line == "### Introduction" or (head and line.startswith(("### ", "## "))):
            title = line.lstrip("# ")
            head, n = HEADS.get(title, title), 0
        elif head is None or not line or line.startswith(("■", "CEFC News")):
            continue
        elif note := re.match(r"(\d{1,2})\. ", line):
            yield f"footnote {note[1]}", line[note.end() :]
        elif line.startswith(("**Table", "Source:")):
            found = re.search(r"Table \d", line)
            table = found[0] if found else table
            yield table, re.sub(r"\*\*Table \d", "", line)
        elif line.startswith(CONTINUED):
            yield f"{head} paragraph {n}", line
        else:
            n += 1
            yield f"{head} paragraph {n}", line


def clean(text):
    """A paragraph without addresses, footnote marks, and references in brackets."""
    text = re.sub(
        r"\]\(https?://[^)]*\)|\[https?://[^\]]*\]|<https?://[^>]*>|https?://\S+", "", text
    )
    text = re.sub(r"<sup>\(\d+\)</sup>|\[\d\]|\(accessed on [^)]*\)", "", text)
    text = re.sub(r"\([A-Z][A-Za-z]+[^()]*(?:19|20)\d\d\)", "", text)
    return re.sub(r"(?<=[a-z.] )\((?:19|20)\d\d\)", "", text)


def in_claim(row):
    """The numbers that a claim accounts for: its value, the parts of its date, and those of its wording."""
    found = {round(float(row[c]), 6) for c in ("value", "value_high") if row[c] is not None}
    for column in ("as_of", "wording"):
        found |= {value for value, _ in numbers(row[column] or "")}
    return found | {float(part) for part in re.findall(r"\d+", row["as_of"] or "")}
