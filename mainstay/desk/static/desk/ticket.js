// A ticket's page: what is typed is kept, others on the ticket are seen, and keys lead to the forms.
(function () {
  "use strict";
  const SAVE_AFTER_MS = 800;
  const ASK_EVERY_MS = 5000;
  const WRITING_FOR_MS = 15000;
  const place = document.getElementById("presence");
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const area = (form) => form.querySelector("textarea");
  let writing = "";
  let wroteAt = 0;

  const post = (url, fields) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token ? token.value : "" });
    return fetch(url, { method: "POST", body, credentials: "same-origin", keepalive: true });
  };

  if (place) {
    forms.forEach((form) => {
      let timer = 0;
      let isSent = false;
      const save = () => {
        clearTimeout(timer);
        timer = 0;
        if (!isSent) post(place.dataset.draftUrl, { kind: form.dataset.draft, text: area(form).value }).catch(() => {});
      };
      area(form).addEventListener("input", () => {
        writing = form.dataset.draft;
        wroteAt = Date.now();
        clearTimeout(timer);
        timer = setTimeout(save, SAVE_AFTER_MS);
      });
      form.addEventListener("submit", () => { isSent = true; clearTimeout(timer); });
      window.addEventListener("pagehide", () => { if (timer) save(); });
    });

    const ask = () => {
      if (document.hidden) return;
      const now = Date.now() - wroteAt < WRITING_FOR_MS ? writing : "";
      post(place.dataset.url, { writing: now }).then((answer) => (answer.ok ? answer.json() : null)).then((found) => {
        if (!found) return;
        const isNew = found.newest > Number(place.dataset.seen);
        const words = `${found.words}${isNew ? " Something new was said here: reload the page to read it." : ""}`.trim();
        if (place.textContent.trim() !== words) place.textContent = words;
      }).catch(() => {});
    };
    ask();
    setInterval(ask, ASK_EVERY_MS);
  }

  const keys = {
    r: () => document.querySelector("form[data-draft=reply] textarea"),
    n: () => document.querySelector("form[data-draft=note] textarea"),
    t: () => document.getElementById("time_minutes"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const field = keys[event.key] && keys[event.key]();
    const form = document.querySelector(`form[data-key="${CSS.escape(event.key)}"]`);
    if (field) { field.closest("details")?.setAttribute("open", ""); field.focus(); }
    else if (form) form.requestSubmit();
    else return;
    event.preventDefault();
  });
})();
