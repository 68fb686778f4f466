// Saved answers: Ctrl . goes to the list, and what is chosen stands where the cursor was; nothing typed is lost.
(() => {
  "use strict";
  const box = document.querySelector("[data-saved]");
  if (!box) return;
  const form = box.closest("form");
  const text = form.elements.text;
  const list = box.querySelector("select");
  const button = box.querySelector("button");
  box.querySelector("[data-saved-key]").hidden = false;

  document.addEventListener("keydown", (event) => {
    if (event.key === "." && (event.ctrlKey || event.metaKey)) { event.preventDefault(); list.focus(); }
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); button.click(); }
  });
  button.addEventListener("click", async (event) => {
    const chosen = list.selectedOptions[0];
    if (!chosen.value || "sets" in chosen.dataset) return; // what sets more goes the long way
    event.preventDefault();
    const given = new FormData();
    given.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    given.append("saved", chosen.value);
    const answer = await fetch(button.formAction, { method: "POST", body: given, headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) { list.selectedOptions[0].dataset.sets = ""; form.requestSubmit(button); return; }
    const found = await answer.json();
    text.setRangeText(found.text, text.selectionStart, text.selectionEnd, "end");
    if (found.then) form.elements.then.value = found.then;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
})();
