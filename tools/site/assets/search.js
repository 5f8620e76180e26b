// Narrows a list of cards, or the rows of tables, by words and by choices; says how many are left. The words are kept in the address.
(() => {
  const plain = text => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  for (const form of document.querySelectorAll("form.search")) {
    const list = document.getElementById(form.dataset.list), cards = [...list.querySelectorAll("li[id], tbody > tr, :scope > tr")];
    const words = cards.map(card => plain(card.textContent)), status = form.querySelector("[role=status]");
    const field = form.querySelector("input"), choices = [...form.querySelectorAll("select")];
    const narrow = () => {
      const asked = plain(field.value).split(/\s+/).filter(Boolean);
      let left = 0;
      cards.forEach((card, n) => {
        const fits = asked.every(word => words[n].includes(word)) && choices.every(c => !c.value || card.dataset[c.dataset.column] === c.value);
        card.hidden = !fits;
        left += fits;
      });
      for (const box of list.querySelectorAll(".wide")) {   // a table with no row left goes, with its heading
        const heading = box.previousElementSibling;
        box.hidden = !box.querySelector("tbody > tr:not([hidden])");
        if (heading?.matches("h2")) heading.hidden = box.hidden;
      }
      status.textContent = form.dataset[left === cards.length ? "all" : "some"].replace("{left}", left).replace("{all}", cards.length);
    };
    const show = () => {   // a link to a card that is narrowed away shows the card
      const card = cards.find(c => c.id === decodeURIComponent(location.hash.slice(1)));
      if (card?.hidden) { form.reset(); narrow(); card.scrollIntoView(); }
    };
    form.addEventListener("input", narrow);
    form.addEventListener("submit", event => event.preventDefault());
    addEventListener("hashchange", show);
    form.hidden = false;
    narrow();
  }
})();
