// Narrows a list of cards by words and by choices; says how many are left. The words are kept in the address.
(() => {
  const plain = text => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  for (const form of document.querySelectorAll("form.search")) {
    const cards = [...document.getElementById(form.dataset.list).querySelectorAll("li[id]")];
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
      status.textContent = left === cards.length ? `All ${left} ${form.dataset.what}` : `${left} of ${cards.length} ${form.dataset.what}`;
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
