"""Write closed questions as a QTI 1.2 package, which Canvas and other platforms import.

package([item], "02_growth", "Exercises: how fast did it grow?")
"""

from __future__ import annotations

import html
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence

from bank import Item
from gift import decimal

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CONTENT = "http://www.imsglobal.org/xsd/imscp_v1p1"
TYPES = {
    "choice": "multiple_choice_question",
    "choices": "multiple_answers_question",
    "matching": "matching_question",
    "number": "numerical_question",
}
NO_DATE = (1980, 1, 1, 0, 0, 0)


def package(items: Sequence[Item], name: str, title: str) -> bytes:
    """Give a zip with the questions and a manifest.

    Parameters
    ----------
    items
        The questions.
    name
        The name of the file inside, and of the test.
    title
        The title of the test.

    Returns
    -------
    bytes
        The zip; the same for the same questions.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {"imsmanifest.xml": manifest(name), f"{name}.xml": assessment(items, name, title)}
        for file, text in files.items():
            member = zipfile.ZipInfo(file, NO_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)
    return content.getvalue()


def manifest(name: str) -> bytes:
    """Give the list of what is in the package."""
    root = ET.Element("manifest", {"xmlns": CONTENT, "identifier": f"{name}-manifest"})
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    about = {"identifier": name, "type": "imsqti_xmlv1p2", "href": f"{name}.xml"}
    ET.SubElement(ET.SubElement(resources, "resource", about), "file", {"href": f"{name}.xml"})
    return as_bytes(root)


def assessment(items: Sequence[Item], name: str, title: str) -> bytes:
    """Give the questions as one test."""
    root = ET.Element("questestinterop", {"xmlns": NAMESPACE})
    test = ET.SubElement(root, "assessment", {"ident": name, "title": title})
    section = ET.SubElement(test, "section", {"ident": "root_section"})
    for number, item in enumerate(items, 1):
        add_item(section, item, f"{name}-{number}")
    return as_bytes(root)


def as_bytes(root: ET.Element) -> bytes:
    """Give the file."""
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def add_item(section: ET.Element, item: Item, ident: str) -> None:
    """Add a question."""
    made = ET.SubElement(section, "item", {"ident": ident, "title": item.title})
    fields = ET.SubElement(ET.SubElement(made, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", TYPES[item.kind]), ("points_possible", "1")):
        one = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(one, "fieldlabel").text = label
        ET.SubElement(one, "fieldentry").text = entry
    presentation = ET.SubElement(made, "presentation")
    add_text(presentation, item.stem)
    processing = ET.SubElement(made, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    ET.SubElement(ET.SubElement(processing, "outcomes"), "decvar", score)
    general = ET.SubElement(processing, "respcondition", {"continue": "Yes"})
    ET.SubElement(ET.SubElement(general, "conditionvar"), "other")
    add_feedback(general, "general_fb")
    feedback = {"general_fb": item.why}
    if item.kind == "number":
        add_number(presentation, processing, item)
    elif item.kind == "matching":
        add_matching(presentation, processing, item)
    else:
        add_choices(presentation, processing, item)
        for number, choice in enumerate(item.choices, 1):
            if item.said.get(choice):
                feedback[f"{number}_fb"] = item.said[choice]
    for name, words in feedback.items():
        place = ET.SubElement(made, "itemfeedback", {"ident": name})
        add_text(ET.SubElement(place, "flow_mat"), f"<p>{html.escape(words)}</p>")


def add_text(place: ET.Element, text: str, kind: str = "text/html") -> None:
    """Add a text."""
    material = ET.SubElement(place, "material")
    ET.SubElement(material, "mattext", {"texttype": kind}).text = text


def add_feedback(condition: ET.Element, name: str) -> None:
    """Say that a feedback is shown."""
    ET.SubElement(condition, "displayfeedback", {"feedbacktype": "Response", "linkrefid": name})


def add_labels(response: ET.Element, choices: Sequence[str]) -> None:
    """Add the choices, numbered from one."""
    rendered = ET.SubElement(response, "render_choice")
    for number, choice in enumerate(choices, 1):
        label = ET.SubElement(rendered, "response_label", {"ident": str(number)})
        add_text(label, choice, "text/plain")


def add_choices(presentation: ET.Element, processing: ET.Element, item: Item) -> None:
    """Add a question with one right choice or several."""
    several = item.kind == "choices"
    about = {"ident": "response1", "rcardinality": "Multiple" if several else "Single"}
    add_labels(ET.SubElement(presentation, "response_lid", about), item.choices)
    for number, choice in enumerate(item.choices, 1):
        if item.said.get(choice):
            wrong = ET.SubElement(processing, "respcondition", {"continue": "Yes"})
            add_equal(ET.SubElement(wrong, "conditionvar"), "response1", number)
            add_feedback(wrong, f"{number}_fb")
    right = item.right if several else {item.right}
    condition = ET.SubElement(processing, "respcondition", {"continue": "No"})
    variable = ET.SubElement(condition, "conditionvar")
    if several:
        variable = ET.SubElement(variable, "and")
    for number, choice in enumerate(item.choices, 1):
        if choice in right:
            add_equal(variable, "response1", number)
        elif several:
            add_equal(ET.SubElement(variable, "not"), "response1", number)
    set_score(condition, "Set", "100")


def add_matching(presentation: ET.Element, processing: ET.Element, item: Item) -> None:
    """Add a question with a choice for each name."""
    for at, (name, choice) in enumerate(item.right.items(), 1):
        response = ET.SubElement(presentation, "response_lid", {"ident": f"response_{at}"})
        add_text(response, name, "text/plain")
        add_labels(response, item.choices)
        condition = ET.SubElement(processing, "respcondition")
        variable = ET.SubElement(condition, "conditionvar")
        add_equal(variable, f"response_{at}", item.choices.index(choice) + 1)
        set_score(condition, "Add", f"{100 / len(item.right):.2f}")


def add_number(presentation: ET.Element, processing: ET.Element, item: Item) -> None:
    """Add a question for a number, with the bounds between which it counts."""
    about = {"ident": "response1", "rcardinality": "Single"}
    response = ET.SubElement(presentation, "response_str", about)
    rendered = ET.SubElement(response, "render_fib", {"fibtype": "Decimal"})
    ET.SubElement(rendered, "response_label", {"ident": "answer1"})
    condition = ET.SubElement(processing, "respcondition", {"continue": "No"})
    either = ET.SubElement(ET.SubElement(condition, "conditionvar"), "or")
    ET.SubElement(either, "varequal", {"respident": "response1"}).text = decimal(item.right)
    both = ET.SubElement(either, "and")
    ET.SubElement(both, "vargte", {"respident": "response1"}).text = decimal(item.right - item.off)
    ET.SubElement(both, "varlte", {"respident": "response1"}).text = decimal(item.right + item.off)
    set_score(condition, "Set", "100")


def add_equal(place: ET.Element, response: str, number: int) -> None:
    """Add the condition that a choice is taken."""
    ET.SubElement(place, "varequal", {"respident": response}).text = str(number)


def set_score(condition: ET.Element, action: str, points: str) -> None:
    """Add what a condition is worth, in percent."""
    ET.SubElement(condition, "setvar", {"action": action, "varname": "SCORE"}).text = points
