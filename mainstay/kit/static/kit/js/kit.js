// What a page does beyond being read. Everything works without it.
(function () {
  "use strict";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("palette");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "?") {
      open("keys");
    }
  });

  const filter = document.getElementById("palette-filter");
  if (filter) {
    const entries = [...document.querySelectorAll(".palette-list li")];
    filter.addEventListener("input", () => {
      const words = filter.value.trim().toLowerCase();
      entries.forEach((entry) => { entry.hidden = !entry.textContent.toLowerCase().includes(words); });
    });
    filter.addEventListener("keydown", (event) => {
      const first = entries.find((entry) => !entry.hidden);
      if (event.key === "Enter" && first) first.querySelector("a").click();
    });
    document.getElementById("palette").addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const stops = [filter, ...entries.filter((entry) => !entry.hidden).map((entry) => entry.querySelector("a"))];
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    });
  }

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open], details.confirm[open]").forEach((box) => {
      box.open = false;
      box.querySelector("summary").focus();
    });
  });

  // Parts of a page that keep themselves up to date rest while nobody looks, and leave open what the reader opened.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden) event.preventDefault();
  });
  if (window.Idiomorph) {
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");
  }

  document.querySelectorAll("nav [aria-current]").forEach((entry) => entry.scrollIntoView({ block: "nearest", inline: "center" }));

  // A line to be copied is selected as a whole.
  document.addEventListener("focusin", (event) => { if (event.target.matches("[data-select]")) event.target.select(); });

  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
