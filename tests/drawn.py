"""A chart as it is drawn when its controls stand so: the way to drive an explorer without a browser."""

import html
import json
import re

import vl_convert


def svg(spec, **values):
    """The picture."""
    spec = json.loads(json.dumps(spec))
    for parameter in spec.get("params", []):
        if parameter["name"] in values:
            parameter["value"] = values[parameter["name"]]
    return vl_convert.vegalite_to_svg(spec, vl_version="5.8")


def texts(spec, **values):
    """Every line that it writes, from the top down."""
    found = re.findall(
        r"<text[^>]*translate\([-\d.]+,([-\d.]+)\)[^>]*>(.*?)</text>", svg(spec, **values)
    )
    found.sort(key=lambda text: float(text[0]))
    lines = [line for _, text in found for line in re.sub("<[^>]+>", "\n", text).split("\n")]
    return [html.unescape(line) for line in lines if line]
