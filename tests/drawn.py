"""What a chart writes when its controls stand so: the way to drive an explorer without a browser."""

import json
import re

import vl_convert


def texts(spec, **values):
    """What the chart writes when its controls stand so."""
    spec = json.loads(json.dumps(spec))
    for parameter in spec["params"]:
        if parameter["name"] in values:
            parameter["value"] = values[parameter["name"]]
    svg = vl_convert.vegalite_to_svg(spec, vl_version="5.8")
    return [t.replace("&#39;", "'") for t in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
