// Draws the charts of a page: figure.chart holds the specification and a place to draw it in.
(() => {
  const draw = figure => figure.drawing ??= (async () => {
    const place = figure.querySelector(".view"), spec = JSON.parse(figure.querySelector("script").textContent);
    try {
      await vegaEmbed(place, spec, { renderer: "svg", actions: false, logLevel: 1 });
    } catch (error) {   // the still says the same
      place.innerHTML = figure.querySelector("noscript")?.textContent ?? "This chart could not be drawn here.";
      console.error(error);
    }
    place.style.minHeight = "";
    place.closest(".chart").dataset.drawn = "yes";
    reach(place);
  })();

  // what moves sideways can be reached by keyboard, and only then
  const reach = place => place.scrollWidth > place.clientWidth + 1 ? (place.tabIndex = 0) : place.removeAttribute("tabindex");

  window.drawChart = draw;
  if (document.documentElement.classList.contains("deck")) return;
  const figures = [...document.querySelectorAll("figure.chart")].filter(figure => figure.querySelector(".view"));
  addEventListener("resize", () => figures.forEach(figure => reach(figure.querySelector(".view"))));
  (async () => { for (const figure of figures) { await draw(figure); await new Promise(next => setTimeout(next)); } })();
})();
