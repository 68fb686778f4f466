// The time of a call runs beside the form, and fills the minutes in until somebody types their own.
(function () {
  "use strict";
  const field = document.getElementById("id_minutes");
  const shown = document.getElementById("call-timer");
  if (!field || !shown) return;
  const began = Date.now();
  let isOwn = field.value !== "";
  field.addEventListener("input", () => { isOwn = true; });
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (!isOwn) field.value = Math.max(1, Math.ceil(seconds / 60));
  };
  tick();
  setInterval(tick, 1000);
})();
