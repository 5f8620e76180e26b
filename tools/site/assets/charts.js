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
  const draw = figure => figure.drawing ??= isNarrow(figure) ? drawNarrow(figure) : embed(figure, specOf(figure));

  // what moves sideways can be reached by keyboard, and only then
  const reachByKeyboard = place => {
    if (place.scrollWidth > place.clientWidth + 1) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
  };

  // ---- for slides: no word of a chart smaller than a size
  // words that a chart writes line by line, at "16 * datum.row + 14", move apart as they grow
  const LINES = /^(\d+(?:\.\d+)?) \* (datum\.\w+ \+ .+)$/, TIGHTER = .74;
  const withWiderLines = (node, copy, least) => {
    const size = node.mark?.fontSize, place = node.encoding?.y?.value?.expr?.match(LINES);
    if (!size || !place) return copy;
    const step = Math.max(Number(place[1]), Number(place[1]) * TIGHTER * least / size);
    copy.encoding = { ...copy.encoding, y: { value: { expr: `${step} * ${place[2]}` } } };
    return copy;
  };
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
      return withWiderLines(node, copy, least);
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
  const NARROW = 560, LEAST_SCALE = .78, LEAST_PLOT = 140;
  const roomOf = figure => figure.querySelector(".view").clientWidth;
  const isNarrow = figure => !isDeck && roomOf(figure) > 0 && roomOf(figure) < NARROW;
  const drawNarrow = async figure => {
    const room = roomOf(figure);
    let taken = 90, svg = null;   // what axes and names take beside the plot: measured, since it is not known before
    for (let round = 0; round < 3; round += 1) {
      await embed(figure, narrow(specOf(figure), room, taken));
      svg = figure.querySelector("svg.marks");
      if (!svg || svg.viewBox.baseVal.width <= room * 1.05 || room - taken <= LEAST_PLOT) break;
      taken += svg.viewBox.baseVal.width - room;
    }
    // what is still too wide moves sideways: its words stay large enough to read
    if (svg) svg.style.minWidth = `${Math.round(svg.viewBox.baseVal.width * LEAST_SCALE)}px`;
    reachByKeyboard(figure.querySelector(".view"));
  };
  const narrow = (spec, room, taken) => {
    const plot = Math.max(LEAST_PLOT, room - taken);
    const shrink = node => {
      if (!node || typeof node !== "object") return node;
      const copy = { ...node };
      if (copy.hconcat) { copy.vconcat = copy.hconcat; delete copy.hconcat; }
      for (const views of ["vconcat", "layer", "concat"]) if (copy[views]) copy[views] = copy[views].map(shrink);
      if (copy.spec) copy.spec = shrink(copy.spec);
      if (typeof copy.width === "number") copy.width = Math.min(copy.width, plot);
      if (copy.title) copy.title = wrapped(copy.title, room);
      const foot = copy.data?.values?.[0]?.foot;   // the line on the source
      if (foot && copy.mark?.type === "text") {
        copy.data = { values: [{ ...copy.data.values[0], foot: inLines(foot, Math.floor(room / 6.4)).join("\n") }] };
        copy.mark = { ...copy.mark, lineBreak: "\n" };
      }
      return copy;
    };
    const shrunk = shrink(spec), config = { ...shrunk.config };
    config.view = { ...config.view, continuousWidth: plot };
    config.axisX = { labelOverlap: true, ...config.axisX };
    config.legend = { ...config.legend, columns: 2 };
    return { ...shrunk, config };
  };
  const inLines = (words, letters) => {
    const text = [words].flat().join(" ");
    if (/[\u3400-\u9fff]/.test(text)) return text.match(new RegExp(`.{1,${Math.floor(letters / 2)}}`, "gu"));   // Chinese breaks anywhere
    const lines = [""];
    for (const word of text.split(" ")) {
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
  addEventListener("beforeprint", () => document.querySelectorAll("details.guess").forEach(part => { part.open = true; }));
  addEventListener("resize", () => figures.forEach(figure => reachByKeyboard(figure.querySelector(".view"))));
  (async () => {
    for (const figure of figures) {
      const folded = figure.closest("details:not([open])");
      if (folded) {   // it has no room yet to be drawn in
        folded.addEventListener("toggle", () => draw(figure), { once: true });
        continue;
      }
      await draw(figure);
      await new Promise(next => setTimeout(next));
    }
  })();
})();
