// The caller is found while somebody types: arrow keys choose, Enter takes, Escape leaves. Without this the form is sent.
(() => {
  "use strict";
  const search = document.getElementById("caller-search");
  const place = document.getElementById("callers");
  if (!search || !place) return;
  const field = (name) => document.getElementById(`id_${name}`);
  const options = () => [...place.querySelectorAll("[role=option]")];
  let at = -1;
  let waits = 0;
  let asked = search.value.trim();
  search.setAttribute("role", "combobox");
  search.setAttribute("aria-autocomplete", "list");

  const tell = () => {
    const list = document.getElementById("caller-list");
    search.setAttribute("aria-expanded", String(list !== null));
    if (list) search.setAttribute("aria-controls", list.id);
    else search.removeAttribute("aria-controls");
  };
  const mark = (number) => {
    const all = options();
    at = all.length ? (number + all.length) % all.length : -1;
    all.forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    tell();
    if (at < 0) search.removeAttribute("aria-activedescendant");
    else { search.setAttribute("aria-activedescendant", all[at].id); all[at].scrollIntoView({ block: "nearest" }); }
  };
  const clear = () => { place.replaceChildren(); mark(-1); };
  const take = (option) => {
    for (const name of ["client", "caller", "address", "phone", "audience", "website"]) {
      const value = option.dataset[name] || "";
      if (field(name) && (value || name === "website")) field(name).value = value;
    }
    search.value = `${option.dataset.caller}`;
    asked = search.value;
    clear();
    field("subject").focus();
  };
  const find = async () => {
    const typed = search.value.trim();
    if (typed === asked) return;
    asked = typed;
    const answer = await fetch(`${search.dataset.callers}?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (!answer || !answer.ok || typed !== asked) return;
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    at = -1;
    mark(options().length ? 0 : -1);
  };

  tell();
  search.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(find, 200); });
  search.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape" && options().length) {
      event.preventDefault();
      clear();
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(waits);
      await find();
      if (options().length) take(options()[Math.max(at, 0)]);
      else if (field("caller")) { if (!field("caller").value) field("caller").value = search.value.trim(); field("client").focus(); }
    }
  });
  place.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); take(option); }
  });
})();
