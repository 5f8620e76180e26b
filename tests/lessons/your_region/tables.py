"""What the tests of this room share: a file handed over, and how it is read or refused."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from taobaolab.lessons import your_region
from taobaolab.lessons.your_region import RegionError

HEAD = "village,households,online shops,sales\n"
BODY = "Alpha,400,41,12000000\nBeta,300,20,9000000\nGamma,200,,11000000\n"
COLUMNS = {
    "households": "households",
    "active_shops": "online shops",
    "annual_sales_rmb": "sales",
}
YUAN = {"annual_sales_rmb": "yuan"}


def upload(content, name="mine.csv"):
    """A file as ipywidgets hands it over."""
    return {"name": name, "content": content.encode() if isinstance(content, str) else content}


def read(content, name="mine.csv", **answers):
    """The places of a file that holds this."""
    return your_region.read(upload(content, name), **answers)


def refused(content, name="mine.csv", **answers):
    """The findings for which a file is refused."""
    with pytest.raises(RegionError) as caught:
        read(content, name, **answers)
    return caught.value.findings


def asked(content, about, name="mine.csv", **answers):
    """The questions about one thing."""
    return [f for f in refused(content, name, **answers) if f.about == about]


def values(places, datum):
    """The values of a datum, None where it is unknown."""
    column = places.data[datum].astype(object)
    return [
        None if missing else value for value, missing in zip(column, column.isna(), strict=True)
    ]


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACK = "http://schemas.openxmlformats.org/package/2006"


def cell(value):
    """A cell of a sheet: a number, a text, or XML as it stands."""
    if isinstance(value, (int, float)):
        return f"<c><v>{value}</v></c>"
    if value.startswith("<"):
        return value
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else "<c/>"


def workbook(*sheets, hidden_rows=(), hidden_columns=(), states=()):
    """A spreadsheet file (.xlsx) as small as can be. Style 1 prints percent signs."""
    numbers = range(1, len(sheets) + 1)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        relations = "application/vnd.openxmlformats-package.relationships+xml"
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{sheet}"/>'
            for i in numbers
        )
        made.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACK}/content-types"><Default Extension="rels" '
            f'ContentType="{relations}"/><Default Extension="xml" ContentType="{main}"/>{types}</Types>',
        )
        made.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACK}/relationships"><Relationship Id="r" '
            f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        named = "".join(
            f'<sheet name="{sheets[i - 1][0]}" sheetId="{i}" r:id="r{i}"'
            + (' state="hidden"' if sheets[i - 1][0] in states else "")
            + "/>"
            for i in numbers
        )
        made.writestr(
            "xl/workbook.xml",
            f'<workbook {MAIN} xmlns:r="{REL}"><sheets>{named}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in numbers
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACK}/relationships">{links}</Relationships>',
        )
        styles = '<xf numFmtId="0"/><xf numFmtId="10"/>'
        made.writestr(
            "xl/styles.xml",
            f'<styleSheet {MAIN}><cellXfs count="2">{styles}</cellXfs></styleSheet>',
        )
        hidden = ' hidden="1"'
        hide = "".join(f'<col min="{j}" max="{j}" hidden="1"/>' for j in hidden_columns)
        for i, (_, rows) in enumerate(sheets, 1):
            body = "".join(
                f'<row r="{k}"{hidden if k in hidden_rows else ""}>{"".join(map(cell, row))}</row>'
                for k, row in enumerate(rows, 1)
            )
            cols = f"<cols>{hide}</cols>" if hide else ""
            made.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f"<worksheet {MAIN}>{cols}<sheetData>{body}</sheetData></worksheet>",
            )
    return file.getvalue()
