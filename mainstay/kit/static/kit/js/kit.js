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
      const search = document.querySelector("main [data-search]") || document.querySelector("[data-search]");
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
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
      !((name === "open" && node.tagName === "DETAILS") || (name === "checked" && node.matches("input")));
  }

  // Each part asks again after its own seconds, give or take a fifth so that many pages do not ask together;
  // after a failure it waits twice as long, up to sixteen times.
  const patience = new WeakMap();
  const keepLive = (part) => {
    const seconds = Number(part.dataset.live) * (0.8 + 0.4 * Math.random()) * (patience.get(part) || 1);
    setTimeout(() => {
      if (!part.isConnected) return;
      htmx.trigger(part, "live");
      keepLive(part);
    }, seconds * 1000);
  };
  document.querySelectorAll("[data-live]").forEach(keepLive);
  document.addEventListener("htmx:afterRequest", (event) => {
    const part = event.target;
    if (part.matches("[data-live]")) patience.set(part, event.detail.successful ? 1 : Math.min(16, (patience.get(part) || 1) * 2));
  });

  // What a live part says anew about a row is marked, and told to those who do not see it; a few changes, never a flood.
  const TOLD_MAX = 3;
  const rows = (part) => new Map([...part.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const said = new WeakMap();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (part.matches("[data-live]")) said.set(part, new Map([...rows(part)].map(([name, row]) => [name, row.dataset.said])));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.target.closest("[data-live]");
    const before = part && said.get(part);
    const teller = document.getElementById("told");
    if (!before || !teller) return;
    const changed = [...rows(part)].filter(([name, row]) => before.get(name) !== row.dataset.said);
    said.delete(part);
    if (!changed.length) return;
    changed.forEach(([, row]) => {
      row.classList.add("is-new");
      setTimeout(() => row.classList.remove("is-new"), 4000);
    });
    const words = changed.slice(0, TOLD_MAX).map(([name, row]) => `${name}: ${row.dataset.said}`);
    if (changed.length > TOLD_MAX) words.push(`and ${changed.length - TOLD_MAX} more`);
    teller.textContent = words.join(" ");
  });

  // Rows that can be walked through: j and k move, x ticks, Enter opens.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k", "x", "Enter"].includes(event.key)) return;
    const list = document.querySelector("[data-rows]");
    const isTick = event.target.matches("[type=checkbox]");
    if (!list || (typing(event.target) && !isTick)) return;
    const all = [...list.querySelectorAll("[data-row]")];
    const here = all.indexOf(event.target.closest("[data-row]"));
    if (event.key === "j" || event.key === "k") {
      const next = all[Math.max(0, Math.min(all.length - 1, here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)))];
      if (!next) return;
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    } else if (here >= 0 && event.key === "x") {
      const tick = all[here].querySelector("[type=checkbox]");
      if (tick) tick.checked = !tick.checked;
    } else if (here >= 0 && event.key === "Enter" && event.target === all[here]) {
      const link = all[here].querySelector("a");
      if (link) link.click();
    } else return;
    event.preventDefault();
  });

  // A form that takes a while says so, and is not sent twice.
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.busy;
    if (!words) return;
    if (event.target.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    event.target.setAttribute("aria-busy", "true");
    const note = event.target.querySelector("[data-busy-note]");
    if (note) { note.hidden = false; note.textContent = words; }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach((form) => {
    form.removeAttribute("aria-busy");
    form.querySelectorAll("[data-busy-note]").forEach((note) => { note.hidden = true; });
  }));

  // A row of entries that is wider than its place shows the current one; the page itself stays where it is.
  document.querySelectorAll("nav [aria-current]").forEach((entry) => {
    const row = entry.closest("ul, ol");
    const [inner, outer] = [entry.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  });

  // A line to be copied is selected as a whole.
  document.addEventListener("focusin", (event) => { if (event.target.matches("[data-select]")) event.target.select(); });

  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
