// A form about a difficulty: what is typed is kept in this tab until it is sent, and the window's size is told.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keeps]");
  if (!form) return;

  const place = `asking:${form.dataset.keeps}`;
  const kept = form.querySelector("[data-kept]");
  const fields = () => [...form.elements].filter((each) =>
    each.name && each.name !== "csrfmiddlewaretoken" && !["file", "hidden", "submit"].includes(each.type));
  const valueOf = (field) => (field.type === "checkbox" ? String(field.checked) : field.value);
  const put = (field, value) => { if (field.type === "checkbox") field.checked = value === "true"; else field.value = value; };
  const read = () => { try { return JSON.parse(sessionStorage.getItem(place)) || {}; } catch { return {}; } };

  const browser = form.elements.browser;
  if (browser && browser.value && !browser.value.includes("×")) {
    browser.value += `, window ${window.innerWidth} × ${window.innerHeight}`;
  }

  const first = new Map(fields().map((field) => [field.name, valueOf(field)]));
  const cameBack = document.querySelector(".error-summary");
  const wasSent = sessionStorage.getItem(`${place}:sent`) && !document.referrer.includes("/accounts/");
  sessionStorage.removeItem(`${place}:sent`);
  if (wasSent && !cameBack) sessionStorage.removeItem(place);
  if (!cameBack) {
    const before = read();
    const own = fields().filter((field) => field.name in before && before[field.name] !== valueOf(field));
    own.forEach((field) => put(field, before[field.name]));
    kept.hidden = own.length === 0;
  }

  form.addEventListener("input", () => {
    const typed = fields().filter((field) => field.name !== "browser" && valueOf(field) !== "");
    try { sessionStorage.setItem(place, JSON.stringify(Object.fromEntries(typed.map((f) => [f.name, valueOf(f)])))); } catch { /* full */ }
  });
  form.querySelector("[data-forget]").addEventListener("click", () => {
    sessionStorage.removeItem(place);
    fields().forEach((field) => put(field, first.get(field.name)));
    kept.hidden = true;
    form.elements.subject.focus();
  });
  const near = document.querySelector("[data-suggestions]");
  let waits = 0;
  let asked = "";
  const suggest = async () => {
    const typed = `${form.elements.subject.value} ${form.elements.text.value}`.trim().slice(0, 600);
    if (typed.length < 8 || typed === asked) return;
    asked = typed;
    const answer = await fetch(`${near.dataset.suggestions}?typed=${encodeURIComponent(typed)}`).catch(() => null);
    if (answer && answer.ok && typed === asked) {
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      if (found.textContent.trim() !== near.textContent.trim()) near.replaceChildren(...found.childNodes);
    }
  };
  for (const field of [form.elements.subject, form.elements.text]) {
    field.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(suggest, 700); });
  }

  form.addEventListener("submit", () => sessionStorage.setItem(`${place}:sent`, "1"));
})();
