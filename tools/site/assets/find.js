// Looks for words in all sections of the site; nothing leaves the page.
(() => {
  const plain = text => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const sections = window.searchIndex.map(section => ({
    ...section, plainHeading: plain(section.page + " " + section.heading), plainWords: plain(section.words),
  }));
  const form = document.getElementById("find"), status = document.getElementById("found"), list = document.getElementById("results");
  const MOST = 40, AROUND = 90;

  const count = (text, word) => text.split(word).length - 1;
  const worth = (section, words) => {
    let sum = 0;
    for (const word of words) {
      const here = count(section.plainHeading, word) * 5 + Math.min(count(section.plainWords, word), 8);
      if (!here) return 0;
      sum += here;
    }
    return sum;
  };
  // the letters around the first word that is found; a letter with a tone is one letter in both texts
  const excerpt = (section, words) => {
    const letters = [...section.words], plainLetters = letters.map(plain);
    const text = plainLetters.join("");
    const at = Math.max(0, Math.min(...words.map(word => text.indexOf(word)).filter(place => place >= 0)));
    if (!Number.isFinite(at)) return section.words.slice(0, 2 * AROUND);
    let position = 0, first = 0;
    while (position < at && first < letters.length) { position += plainLetters[first].length; first += 1; }
    const begin = Math.max(0, first - AROUND), end = first + AROUND;
    return (begin ? "… " : "") + letters.slice(begin, end).join("").trim() + (end < letters.length ? " …" : "");
  };
  const show = query => {
    const words = plain(query).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    if (!words.length) return;
    const found = sections.map(section => ({ section, worth: worth(section, words) })).filter(one => one.worth)
      .sort((one, other) => other.worth - one.worth);
    for (const { section } of found.slice(0, MOST)) {
      const item = document.createElement("li"), heading = document.createElement("h2"), link = document.createElement("a"), text = document.createElement("p");
      link.href = section.address;
      link.textContent = section.page + (section.heading ? ": " + section.heading : "");
      text.textContent = excerpt(section, words);
      heading.append(link);
      item.append(heading, text);
      list.append(item);
    }
    const more = found.length > MOST ? `, the first ${MOST} of them` : "";
    status.textContent = found.length ? `${found.length} ${found.length === 1 ? "place" : "places"}${more}` : `Nothing has all of: ${words.join(" ")}`;
  };
  const field = form.elements.q;
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  show(field.value);
  field.addEventListener("input", () => show(field.value));
  form.addEventListener("submit", event => { event.preventDefault(); history.replaceState(null, "", "?q=" + encodeURIComponent(field.value)); show(field.value); });
})();
