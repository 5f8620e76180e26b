"""A chart as it is drawn when its controls stand so: the way to drive an explorer without a notebook.

Where there is a Chromium, a chart is compiled once, and each look sets its signals there. Elsewhere vl-convert compiles
it at each look, which takes some ten times as long. Both run the same Vega and draw the same.
"""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import vl_convert

from tests.browser import CHROME, FLAGS

VEGA_LITE = "5.8"  # that of JupyterLab
LOOK = """async ([number, spec, values]) => {
  window.views ??= {};
  if (!views[number]) {
    const made = await vegaEmbed(document.createElement('div'), JSON.parse(spec), { renderer: 'svg', actions: false });
    views[number] = made.view;
  }
  const view = views[number];
  for (const [name, value] of Object.entries(values)) view.signal(name, value);
  await view.runAsync();
  return view.toSVG();
}"""


class LiveCharts:
    """Charts that stay alive in a page of Chromium, by their specs.

    Playwright keeps a loop running in the thread that started it, where nothing else could run one. So it gets a
    thread of its own.
    """

    def __init__(self):
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.numbers = {}
        self.thread.submit(self._open).result()

    def _open(self):
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=CHROME, args=FLAGS)
        self.page = self.browser.new_page()
        self.page.add_script_tag(content=vl_convert.javascript_bundle(vl_version=VEGA_LITE))

    def svg(self, spec, values):
        """The picture with these values of all parameters."""
        written = json.dumps(spec)
        known = written in self.numbers
        number = self.numbers.setdefault(written, len(self.numbers))
        look = [number, None if known else written, values]
        return self.thread.submit(self.page.evaluate, LOOK, look).result()

    def close(self):
        """End the browser."""
        self.thread.submit(self.browser.close).result()
        self.thread.submit(self.playwright.stop).result()
        self.thread.shutdown()


@cache
def live_charts():
    """The browser that draws, or None where there is none."""
    return LiveCharts() if CHROME else None


def close():
    """End the browser, if one was opened."""
    if live_charts.cache_info().currsize and live_charts():
        live_charts().close()
    live_charts.cache_clear()


def svg(spec, **values):
    """The picture: ``values`` are those of controls by name; the others stand as the chart sets them."""
    settings = {}
    for parameter in spec.get("params", []):
        name = parameter["name"]
        if name in values:
            settings[name] = values[name]
        elif "value" in parameter:
            settings[name] = parameter["value"]
    if live_charts():
        return live_charts().svg(spec, settings)
    return compiled_svg(spec, settings)


def compiled_svg(spec, settings):
    """The picture, compiled anew."""
    spec = json.loads(json.dumps(spec))
    for parameter in spec.get("params", []):
        if parameter["name"] in settings:
            parameter["value"] = settings[parameter["name"]]
    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)


def texts(spec, **values):
    """Every line that it writes, from the top down."""
    return lines(svg(spec, **values))


def lines(picture):
    """Every line of a picture, from the top down."""
    found = re.findall(r"<text[^>]*translate\([-\d.]+,([-\d.]+)\)[^>]*>(.*?)</text>", picture)
    found.sort(key=lambda text: float(text[0]))
    written = [line for _, text in found for line in re.sub("<[^>]+>", "\n", text).split("\n")]
    return [html.unescape(line) for line in written if line]
