// Shows one slide at a time, each set as large as it goes: keys, address, list of slides, short run, notes, paper.
(() => {
  const all = [...document.querySelectorAll(".slide")];
  const list = document.querySelector("dialog.list"), codeList = document.querySelector(".code-list");
  const told = document.querySelector(".told"), black = document.querySelector(".black");
  const root = document.documentElement, address = new URLSearchParams(location.search);
  const paper = address.get("paper");   // "slides" or "handout": all slides at once, to be printed
  // what a clicker's F5 must not lose is kept until the tab is closed
  const kept = {
    get: key => { try { return sessionStorage.getItem(location.pathname + key); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(location.pathname + key, value); } catch { /* private window */ } },
  };
  let short = (kept.get("short") ?? address.get("run")) === "short", at = 0, notes = null;
  const shown = () => short ? all.filter(slide => !("skip" in slide.dataset)) : all;

  // ---- one slide
  const show = (number, focus = true) => {
    const slides = shown();
    at = Math.max(0, Math.min(number, slides.length - 1));
    const slide = slides[at];
    all.forEach(other => { other.hidden = other !== slide; });
    if (location.hash !== "#" + slide.id) location.replace("#" + slide.id);
    document.querySelector(".count").textContent = `${at + 1} of ${slides.length}${short ? ", short run" : ""}`;
    document.querySelector(".where").textContent = document.title.split(" · ")[0] + ("skip" in slide.dataset ? " (can be skipped)" : "");
    document.querySelector("[data-do=code]").disabled = !slide.querySelector(".code-of-slide");
    told.textContent = "";
    if (focus) slide.focus({ preventScroll: true });
    scrollTo(0, 0);
    fit(slide);
    draw(slide).then(() => slides[at + 1] && draw(slides[at + 1]));
    writeNotes();
  };

  // ---- charts: drawn when needed, and again where a word of theirs would be too small to read
  const rem = () => parseFloat(getComputedStyle(root).fontSize);
  const LEAST_WORDS = .72;   // rem: 14.4 pixels where the slide is 720 high
  const draw = slide => slide.drawing ??= drawChart(slide);
  const drawChart = async slide => {
    const figure = slide.querySelector("figure.chart");
    if (!figure) return;
    await charts.draw(figure);
    takeControls(slide, figure);
    const hidden = slide.hidden;
    slide.hidden = false;
    slide.classList.toggle("behind", hidden);
    for (let round = 0; round < 12; round += 1) {
      fit(slide);
      const small = smallestWords(figure);
      if (!small || small.size * small.scale >= LEAST_WORDS * rem() - .2) break;
      await charts.redraw(figure, charts.withLargerPrint(charts.specOf(figure), Math.ceil(10 * LEAST_WORDS * rem() / small.scale) / 10));
      takeControls(slide, figure);
    }
    fit(slide);
    slide.classList.remove("behind");
    if (slide !== shown()[at] && !paper) slide.hidden = true;
    new ResizeObserver(() => { if (!slide.hidden) fit(slide); }).observe(figure.querySelector("svg.marks") ?? figure);
  };
  // a title in bold is written twice for its halo; what cannot be seen does not count
  const smallestWords = figure => {
    const svg = figure.querySelector("svg.marks");
    if (!svg) return null;
    const sizes = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim()).map(text => parseFloat(getComputedStyle(text).fontSize));
    return sizes.length ? { size: Math.min(...sizes), scale: scaleOf(svg) } : null;
  };
  const scaleOf = svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  // the controls of a chart stand with the words beside it
  const takeControls = (slide, figure) => {
    const controls = figure.querySelector(".vega-bindings");
    if (!controls?.children.length) return;
    const content = slide.querySelector(".content");
    let side = content.querySelector(".side");
    side.querySelector(".vega-bindings")?.remove();
    side.prepend(controls);
  };

  // ---- as large as it goes
  const LARGEST = 2.1, LARGEST_ALONE = 2.6, LEAST = .7, STEP = .05;   // rem; words alone are set larger
  const fit = slide => {
    const content = slide.querySelector(".content"), svg = slide.querySelector(".view svg");
    if (!content) return;
    if (svg) return fitChart(slide, content, svg);
    const hasBoth = content.querySelector(".exhibits") && content.querySelector(".words");
    const largest = content.querySelector(".exhibits") ? LARGEST : LARGEST_ALONE;
    let best = { size: 0, layout: "under" };
    for (const layout of hasBoth ? ["under", "beside"] : ["under"]) {
      content.dataset.layout = layout;
      for (let size = largest; size >= LEAST && size > best.size + .01; size -= STEP) {
        content.style.fontSize = `${size}rem`;
        if (holds(slide, content)) { best = { size, layout }; break; }
      }
    }
    content.dataset.layout = best.layout;
    content.style.fontSize = `${best.size || LEAST}rem`;
  };
  const holds = (slide, content) => content.scrollHeight <= content.clientHeight + 1 && content.scrollWidth <= content.clientWidth + 1
    && slide.scrollHeight <= slide.clientHeight + 1
    && [...content.children].every(part => part.scrollWidth <= part.clientWidth + 1);
  // words beside the chart or under it, in the size that leaves the chart largest
  const fitChart = (slide, content, svg) => {
    const side = content.querySelector(".side"), { width, height } = svg.viewBox.baseVal, view = content.querySelector(".view");
    const hasWords = side && side.textContent.trim();
    // a tall chart has the whole height, and the title stands over the words beside it
    const heads = [...slide.children].filter(one => one.matches(".section-name, h3"));
    const isTall = height / width > .72 && heads.length > 0;
    slide.classList.toggle("tall", isTall);
    heads.forEach(head => { head.style.marginLeft = ""; });
    side.style.paddingTop = "";
    const gap = 1.5 * rem(), wide = content.clientWidth;
    if (isTall && fitTall(slide, content, svg, side, heads, { gap, high: content.clientHeight, wide })) return;
    slide.classList.remove("tall");
    heads.forEach(head => { head.style.marginLeft = ""; });
    side.style.paddingTop = "";
    const high = content.clientHeight;
    const place = ({ layout, size, scale, column }) => {
      content.dataset.layout = layout;
      content.style.fontSize = `${size}rem`;
      content.style.setProperty("--side", column ? `${column}px` : "100%");
      svg.style.width = `${Math.floor(width * scale)}px`;
      svg.style.height = `${Math.floor(height * scale)}px`;
    };
    let best = null;
    const consider = candidate => {
      const worth = candidate.scale * candidate.size ** .35;
      if (candidate.scale > 0 && (!best || worth > best.worth)) best = { ...candidate, worth };
    };
    if (!hasWords) consider({ layout: "under", size: 1.3, scale: Math.min(wide / width, high / height) });
    for (let size = 1.6; hasWords && size >= 1.09; size -= .1) {
      for (const least of [14, 17, 20]) {
        const scale = Math.min((wide - gap - least * rem()) / width, high / height);
        const column = Math.floor(wide - gap - width * scale);
        place({ layout: "beside", size, scale, column });
        if (side.scrollHeight <= high + 1 && side.scrollWidth <= column + 1) consider({ layout: "beside", size, scale, column });
      }
      place({ layout: "under", size, scale: .1 });
      const left = high - side.getBoundingClientRect().height - gap / 2;
      consider({ layout: "under", size, scale: Math.min(wide / width, left / height) });
    }
    place(best ?? { layout: "under", size: 1.05, scale: Math.max(.1, Math.min(wide / width, (high * .6) / height)) });
    view.style.minHeight = "";
  };

  const fitTall = (slide, content, svg, side, heads, { gap, high, wide }) => {
    const { width, height } = svg.viewBox.baseVal;
    const scale = Math.min(high / height, (wide - gap - 17 * rem()) / width), column = wide - gap - Math.ceil(width * scale);
    content.dataset.layout = "beside";
    content.style.setProperty("--side", `${column}px`);
    svg.style.width = `${Math.floor(width * scale)}px`;
    svg.style.height = `${Math.floor(height * scale)}px`;
    heads.forEach(head => { head.style.marginLeft = `${wide - column}px`; });
    const taken = heads.at(-1).getBoundingClientRect().bottom - content.getBoundingClientRect().top + .8 * rem();
    side.style.paddingTop = `${taken}px`;
    for (let size = 1.6; size >= .95; size -= .05) {
      content.style.fontSize = `${size}rem`;
      if (side.scrollHeight <= high + 1 && side.scrollWidth <= column + 1) return true;
    }
    return false;
  };

  // ---- notes, in a window that is written from here, so that it works from a file without any other page.
  // The two windows speak by messages: after a reload (F5 of a clicker) they may do nothing else to each other.
  const NOTES = `<!doctype html><html lang="en"><title>Notes</title><style>body{font:1.15rem/1.5 system-ui,sans-serif;max-width:46rem;margin:1rem auto;padding:0 1rem;color-scheme:light dark}h1{font-size:1.3rem;margin:.2rem 0}#next,#clock{margin:.2rem 0}#clock{font-variant-numeric:tabular-nums}.late{color:#c44e00;font-weight:bold}table{border-collapse:collapse}td,th{padding:.1em .8em .1em 0;text-align:left}</style><p id="clock"></p><h1></h1><p id="next"></p><main></main>
    <script>
      let deck = opener;
      addEventListener("message", ({ data, source }) => {
        deck = source;
        const clock = document.getElementById("clock");
        clock.textContent = data.clock;
        clock.className = data.late ? "late" : "";
        if (data.notes === undefined) return;
        document.querySelector("h1").textContent = data.title;
        document.getElementById("next").textContent = data.next;
        document.querySelector("main").innerHTML = data.notes;
        scrollTo(0, 0);
      });
      addEventListener("keydown", event => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        deck?.postMessage({ key: event.key }, "*");
      });
    <\/script>`;
  const clockText = minutes => `${Math.floor(minutes / 60)}:${String(Math.floor(minutes % 60)).padStart(2, "0")}`;
  const clock = () => {
    const slide = shown()[at], now = (Date.now() - kept.get("begun")) / 60000;
    const [begins, ends] = (short ? slide.dataset.shortPlan : slide.dataset.plan).split(" ").map(Number);
    const late = now > ends ? Math.floor(now - ends) : now < begins ? -Math.floor(begins - now) : 0;
    const words = late > 0 ? `${late} min late` : late < 0 ? `${-late} min early` : "in time";
    return { clock: `${clockText(now)} · this slide: ${clockText(begins)} to ${clockText(ends)} · ${words}`, late: late > 1 };
  };
  const tellNotes = message => { if (notes && !notes.closed) notes.postMessage(message, "*"); };
  const writeNotes = () => {
    const slides = shown(), slide = slides[at], next = slides[at + 1];
    tellNotes({
      ...clock(),
      title: `${at + 1} of ${slides.length}: ${slide.dataset.label}`,
      next: next ? `Next: ${next.dataset.label}` : "This is the last slide.",
      notes: slide.querySelector(".notes").innerHTML || "<p>No notes for this slide.</p>",
    });
  };
  const openNotes = () => {
    if (notes && !notes.closed) return notes.focus();
    notes = open("", "notes" + location.pathname.replace(/\W/g, ""), "width=760,height=640");
    if (!notes) { told.textContent = "The browser did not open the notes' window: allow this page to open windows."; return; }
    if (!kept.get("begun")) kept.set("begun", Date.now());
    kept.set("notes", "open");
    let isOurs = true;   // a window that an earlier load of this page has written can only be spoken to
    try { isOurs = Boolean(notes.document); } catch { isOurs = false; }
    if (isOurs) {
      notes.document.open();
      notes.document.write(NOTES);
      notes.document.close();
    }
    const opened = notes, tick = setInterval(() => opened.closed ? (clearInterval(tick), kept.set("notes", "")) : tellNotes(clock()), 1000);
    writeNotes();
  };
  const fromNotes = ({ data, source }) => {
    const act = notes && source === notes && keys[data.key?.length === 1 ? data.key.toLowerCase() : data.key];
    if (act && !["contents", "code", "full"].includes(act)) acts[act]();
  };

  // ---- the list of slides
  const openList = () => {
    const lines = list.querySelector("ol");
    lines.innerHTML = "";
    shown().forEach((slide, number) => {
      const line = document.createElement("li"), link = document.createElement("a");
      line.className = slide.querySelector("h2, .name") ? "opens" : "";
      link.href = "#" + slide.id;
      link.textContent = slide.dataset.label;
      link.onclick = event => { event.preventDefault(); list.close(); show(number); };
      line.append(link);
      lines.append(line);
    });
    list.showModal();
  };
  const openCode = () => {
    const code = shown()[at].querySelector(".code-of-slide");
    if (!code) return;
    codeList.querySelector("div").innerHTML = code.innerHTML;
    codeList.showModal();
  };
  const anyOpen = () => list.open || codeList.open;
  const closeAll = () => { list.close(); codeList.close(); };
  const changeRun = () => {
    const slide = shown()[at];
    short = !short;
    kept.set("short", short ? "short" : "full");
    show(Math.max(0, shown().findIndex(one => all.indexOf(one) >= all.indexOf(slide))));
  };

  // ---- keys
  const acts = {
    on: () => show(at + 1), back: () => show(at - 1), first: () => show(0), last: () => show(Infinity),
    notes: openNotes, contents: () => list.open ? list.close() : openList(), close: closeAll,
    code: () => codeList.open ? codeList.close() : openCode(), run: changeRun,
    black: () => { black.hidden = !black.hidden; },
    full: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
  };
  const keys = {
    ArrowRight: "on", ArrowDown: "on", PageDown: "on", " ": "on", ArrowLeft: "back", ArrowUp: "back", PageUp: "back",
    Home: "first", End: "last", b: "black", ".": "black", s: "notes", o: "contents", "?": "contents", c: "code", f: "full", r: "run",
  };
  const CLICKER = ["PageDown", "PageUp"];   // a clicker has these: they turn the slide wherever the mouse clicked last
  const press = event => {
    const control = event.target.closest?.("input, select, textarea, button, summary, a, [contenteditable]");
    if (event.key === "Escape" && control && !anyOpen()) return control.blur();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!CLICKER.includes(event.key)) {
      const types = control?.matches("select, textarea, input[type=text], input[type=number], input[type=search]");
      const moves = control?.matches("input, select, textarea") && !["b", "."].includes(event.key);
      if (types || moves || (control && [" ", "Enter"].includes(event.key))) return;
    }
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (anyOpen() && !["contents", "code"].includes(act))) return;
    event.preventDefault();
    if (!black.hidden && act !== "black") { black.hidden = true; if (!CLICKER.includes(event.key)) return; }
    acts[act]();
  };

  // ---- paper: every slide once, at the size of a page
  const figureOf = slide => slide.querySelector("figure.chart");
  const stillInstead = figure => {
    const still = figure.querySelector("noscript")?.textContent;
    if (still && !figure.dataset.drawn) figure.querySelector(".view").innerHTML = still;
  };
  const toPaper = () => {
    root.classList.add("printing");
    for (const slide of all) {
      slide.hidden = false;
      if (figureOf(slide)) stillInstead(figureOf(slide));
      fit(slide);
    }
  };
  const fromPaper = () => { root.classList.remove("printing"); show(at, false); };
  const makePaper = async () => {
    root.classList.add("printing", paper);
    all.forEach(slide => { slide.hidden = false; });
    if (paper === "handout") all.forEach(layHandout);
    for (const slide of all) { await draw(slide); fit(slide); }
    root.dataset.ready = "yes";
  };
  const layHandout = slide => {
    const row = document.createElement("div"), lines = document.createElement("div");
    row.className = "handout-row";
    lines.className = "handout-lines";
    slide.before(row);
    row.append(slide, lines);
  };
  // charts that nobody has looked at yet are drawn while nothing else happens, so that Ctrl+P has them all
  const drawAll = async () => {
    for (const slide of all) {
      await draw(slide);
      await new Promise(next => (window.requestIdleCallback ?? setTimeout)(next));
    }
    root.dataset.ready = "yes";
  };

  root.classList.add("running");
  if (paper) return void makePaper();
  document.addEventListener("keydown", press);
  addEventListener("message", fromNotes);
  document.addEventListener("click", event => { if (event.target === black) black.hidden = true; acts[event.target.dataset?.do]?.(); });
  addEventListener("resize", () => fit(shown()[at]));
  const fromAddress = () => Math.max(0, shown().findIndex(slide => "#" + slide.id === location.hash));
  addEventListener("hashchange", () => { const number = fromAddress(); if (number !== at) show(number); });
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", fromPaper);
  show(fromAddress(), false);
  if (kept.get("notes") === "open") { try { openNotes(); } catch { notes = null; } }
  addEventListener("load", () => setTimeout(drawAll, 1500));
})();
