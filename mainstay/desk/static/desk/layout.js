"use strict";
// A mail in its frame is as tall as it is, up to what a reader can take in at once.
document.addEventListener("load", (event) => {
  const frame = event.target;
  if (!(frame instanceof HTMLIFrameElement) || !frame.classList.contains("layout")) return;
  const page = frame.contentDocument;
  if (page) frame.style.blockSize = `${Math.min(page.documentElement.scrollHeight + 2, 720)}px`;
}, true);
