// Shows one slide at a time: keys, address, list of slides, short run, and the speaker's notes in a window of their own.
(() => {
  const all = [...document.querySelectorAll(".slide")], list = document.querySelector("dialog"), told = document.querySelector(".told");
  let short = new URLSearchParams(location.search).get("run") === "short", at = 0, notes = null, begun = null;
  const run = () => short ? all.filter(slide => !("skip" in slide.dataset)) : all;
  document.documentElement.classList.add("running");

  const show = (number, focus = true) => {
    const slides = run();
    at = Math.max(0, Math.min(number, slides.length - 1));
    const slide = slides[at];
    all.forEach(other => { other.hidden = other !== slide; });
    if (location.hash !== "#" + slide.id) location.replace("#" + slide.id);
    document.querySelector(".count").textContent = `${at + 1} of ${slides.length}${short ? ", short run" : ""}`;
    document.querySelector(".where").textContent = (slide.dataset.running || document.title.split(" · ")[0]) + ("skip" in slide.dataset ? " (can be skipped)" : "");
    told.textContent = "";
    if (focus) slide.focus({ preventScroll: true });
    scrollTo(0, 0);
    fit(slide);
    draw(slide).then(() => slides[at + 1] && draw(slides[at + 1]));
    write();
  };

  const draw = async slide => {
    const figure = slide.querySelector("figure.chart");
    if (figure) { await drawChart(figure); if (!slide.hidden) fit(slide); }
  };

  // A chart as large as the slide allows, its controls below or beside; other slides shrink if their fonts are wider than reckoned.
  const fit = slide => {
    const svg = slide.querySelector(".view svg"), content = slide.querySelector(".content");
    if (svg) {
      const view = slide.querySelector(".view"), form = view.querySelector(".vega-bindings"), { width, height } = svg.viewBox.baseVal;
      const room = side => {
        view.classList.toggle("beside", side);
        svg.style.width = "0"; svg.style.height = "0";
        const taken = form ? form.getBoundingClientRect() : { width: 0, height: 0 }, gap = form ? 12 : 0;
        const wide = view.clientWidth - (side ? taken.width + gap : 0), high = view.clientHeight - (side ? 0 : taken.height + gap);
        return Math.min(wide / width, high / height);
      };
      const [below, beside] = [room(false), form ? room(true) : 0];
      const scale = Math.max(.1, room(beside > below));
      svg.style.width = `${Math.floor(width * scale)}px`; svg.style.height = `${Math.floor(height * scale)}px`;
    } else if (content) {
      for (let size = 1; size > .6; size -= .05) {
        content.style.fontSize = `${size}em`;
        if (slide.scrollHeight <= slide.clientHeight && content.scrollWidth <= content.clientWidth) break;
      }
    }
  };

  // The notes' window is written from here, so that it works from a file without any other page.
  const write = () => {
    if (!notes || notes.closed) return;
    const slides = run(), next = slides[at + 1];
    notes.document.querySelector("main").innerHTML = slides[at].querySelector(".notes").innerHTML || "<p>No notes for this slide.</p>";
    notes.document.querySelector("h1").textContent = `${at + 1} of ${slides.length}: ${slides[at].dataset.running || slides[at].dataset.label}`;
    notes.document.querySelector("#next").textContent = next ? `Next: ${next.dataset.label}` : "This is the last slide.";
    notes.scrollTo(0, 0);
  };
  const openNotes = () => {
    if (notes && !notes.closed) return notes.focus();
    notes = open("", "", "width=760,height=640");
    if (!notes) { told.textContent = "The browser did not open the notes' window: allow this page to open windows."; return; }
    notes.document.write(`<!doctype html><html lang="en"><title>Notes</title><style>body{font:1.15rem/1.5 system-ui,sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;color-scheme:light dark}h1{font-size:1.1rem}#clock,#next{opacity:.8}</style><h1></h1><p id="next"></p><p id="clock"></p><main></main>`);
    notes.document.close();
    begun ??= Date.now();
    const clock = notes.document.querySelector("#clock"), opened = notes;
    const tick = setInterval(() => {
      if (opened.closed) return clearInterval(tick);
      clock.textContent = `${Math.floor((Date.now() - begun) / 60000)} minutes since the notes were opened`;
    }, 1000);
    notes.document.addEventListener("keydown", press);
    write();
  };

  const openList = () => {
    list.querySelector("ol").innerHTML = "";
    let group = null;
    run().forEach((slide, number) => {
      if (!group || slide.querySelector("h1, h2")) {
        const line = document.createElement("li"), link = document.createElement("a");
        link.href = "#" + slide.id; link.textContent = slide.dataset.label;
        link.onclick = event => { event.preventDefault(); list.close(); show(number); };
        line.append(link); list.querySelector("ol").append(line); group = line;
      }
    });
    list.showModal();
  };

  const acts = {
    on: () => show(at + 1), back: () => show(at - 1), first: () => show(0), last: () => show(Infinity),
    notes: openNotes, contents: () => list.open ? list.close() : openList(), close: () => list.close(),
    full: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
    run: () => { const slide = run()[at]; short = !short; show(Math.max(0, run().findIndex(one => all.indexOf(one) >= all.indexOf(slide)))); },
  };
  const keys = {
    ArrowRight: "on", ArrowDown: "on", PageDown: "on", " ": "on", ArrowLeft: "back", ArrowUp: "back", PageUp: "back",
    Home: "first", End: "last", s: "notes", o: "contents", "?": "contents", f: "full", r: "run",
  };
  const press = event => {
    const control = event.target.closest?.("input, select, textarea, button, summary, a, [contenteditable]");
    if (event.key === "Escape" && control && !list.open) return control.blur();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (control?.matches("input, select, textarea") || (control && [" ", "Enter"].includes(event.key))) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (list.open && act !== "contents")) return;
    event.preventDefault();
    acts[act]();
  };
  document.addEventListener("keydown", press);
  document.addEventListener("click", event => acts[event.target.dataset?.do]?.());
  addEventListener("resize", () => fit(run()[at]));
  const fromAddress = () => Math.max(0, run().findIndex(slide => "#" + slide.id === location.hash));
  addEventListener("hashchange", () => { const number = fromAddress(); if (number !== at) show(number); });
  addEventListener("beforeprint", () => { all.forEach(slide => { slide.hidden = false; }); });
  addEventListener("afterprint", () => show(at, false));
  show(fromAddress(), false);
})();
