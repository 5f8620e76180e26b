// Draws the charts of a page: figure.chart holds the specification and a place to draw it in.
(() => {
  const isDeck = document.documentElement.classList.contains("deck");

  // Vega measures its words once; "resize" lets it measure again when a control changes them, so that none is cut.
  const prepare = spec => ({ ...spec, autosize: { type: "pad", resize: true } });

  const embed = async (figure, spec) => {
    const place = figure.querySelector(".view");
    try {
      const made = await vegaEmbed(place, prepare(spec), { renderer: "svg", actions: false, logLevel: 1 });
      figure.view = made.view;
    } catch (error) {   // the still says the same
      place.innerHTML = figure.querySelector("noscript")?.textContent ?? "This chart could not be drawn here.";
      console.error(error);
    }
    place.style.minHeight = "";
    figure.dataset.drawn = "yes";
    reachByKeyboard(place);
  };

  const specOf = figure => JSON.parse(figure.querySelector("script").textContent);
  const draw = figure => figure.drawing ??= embed(figure, isDeck ? specOf(figure) : forWidth(figure, specOf(figure)));

  // what moves sideways can be reached by keyboard, and only then
  const reachByKeyboard = place => {
    if (place.scrollWidth > place.clientWidth + 1) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
  };

  // ---- for slides: no word of a chart smaller than a size
  const SIZES = ["fontSize", "labelFontSize", "titleFontSize", "subtitleFontSize"];
  const withLargerPrint = (spec, least) => {
    const raise = node => {
      if (Array.isArray(node)) return node.map(raise);
      if (!node || typeof node !== "object") return node;
      const copy = {};
      for (const [key, value] of Object.entries(node)) {
        if (key === "datasets" || key === "data") copy[key] = value;
        else if (SIZES.includes(key) && typeof value === "number") copy[key] = Math.max(value, least);
        else copy[key] = raise(value);
      }
      return copy;
    };
    const raised = raise(spec), config = raised.config ??= {};
    for (const [part, sizes] of [["text", ["fontSize"]], ["axis", ["labelFontSize", "titleFontSize"]],
      ["legend", ["labelFontSize", "titleFontSize"]], ["header", ["labelFontSize", "titleFontSize"]]]) {
      config[part] ??= {};
      for (const size of sizes) config[part][size] = Math.max(config[part][size] ?? 0, least);
    }
    return raised;
  };
  const redraw = (figure, spec) => embed(figure, spec);

  // ---- for phones: views under each other, as narrow as the page, the words of the title in lines
  const forWidth = (figure, spec) => {
    const room = figure.querySelector(".view").clientWidth;
    return room && room < 560 ? narrow(spec, room) : spec;
  };
  const narrow = (spec, room) => {
    const shrink = node => {
      if (!node || typeof node !== "object") return node;
      const copy = { ...node };
      if (copy.hconcat) { copy.vconcat = copy.hconcat; delete copy.hconcat; }
      for (const views of ["vconcat", "layer", "concat"]) if (copy[views]) copy[views] = copy[views].map(shrink);
      if (copy.spec) copy.spec = shrink(copy.spec);
      if (typeof copy.width === "number") copy.width = Math.min(copy.width, Math.max(150, room - margins(node)));
      if (copy.title) copy.title = wrapped(copy.title, room);
      return copy;
    };
    const shrunk = shrink(spec), config = { ...shrunk.config };
    config.view = { ...config.view, continuousWidth: Math.max(150, room - margins(spec)) };
    config.axisX = { labelOverlap: true, ...config.axisX };
    return { ...shrunk, config };
  };
  // room for an axis on the left, and for the longest name that it has to carry
  const margins = node => Math.min(170, 90 + (JSON.stringify(node).includes('"nominal"') ? 70 : 0));
  const inLines = (words, letters) => {
    const lines = [""];
    for (const word of [words].flat().join(" ").split(" ")) {
      if ((lines.at(-1) + " " + word).length > letters && lines.at(-1)) lines.push("");
      lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
    }
    return lines;
  };
  const wrapped = (title, room) => {
    if (typeof title === "string" || Array.isArray(title)) return inLines(title, Math.floor(room / 9));
    const copy = { ...title };
    if (typeof copy.text === "string" || Array.isArray(copy.text)) copy.text = inLines(copy.text, Math.floor(room / 10.5));
    if (copy.subtitle) copy.subtitle = [copy.subtitle].flat().flatMap(line => inLines(line, Math.floor(room / 7.6)));
    return copy;
  };

  window.charts = { draw, redraw, specOf, withLargerPrint };
  if (isDeck) return;
  const figures = [...document.querySelectorAll("figure.chart")].filter(figure => figure.querySelector(".view"));
  addEventListener("resize", () => figures.forEach(figure => reachByKeyboard(figure.querySelector(".view"))));
  (async () => {
    for (const figure of figures) {
      await draw(figure);
      await new Promise(next => setTimeout(next));
    }
  })();
})();
