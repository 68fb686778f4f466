// Passkeys: what only a script can do between a form and the device. Forms are marked `data-passkey`:
// "sign-in" asks its address `data-from` for what to show, "show" and "add" find it on the page. The answer of the
// device goes into the form's field `credential`, and the form is sent as any other.
(function () {
  "use strict";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const letters = [...new Uint8Array(buffer)].map((byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const toMake = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  });
  const toShow = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: known(options.allowCredentials),
  });

  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = (credential) => {
    const response = {};
    parts.forEach((part) => {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const asked = async (form, signal) => {
    if (!form.dataset.from) return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(form.dataset.from, { headers: { Accept: "application/json" }, signal: signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  let waiting = null;
  const stopWaiting = () => {
    if (waiting) waiting.abort();
    waiting = null;
  };

  const run = async (form, more) => {
    const data = await asked(form, more && more.signal);
    const credential = form.dataset.passkey === "add"
      ? await navigator.credentials.create({ publicKey: toMake(data.creation_options.publicKey) })
      : await navigator.credentials.get({ publicKey: toShow(data.request_options.publicKey), ...more });
    form.elements.credential.value = said(credential);
    form.submit();
  };

  const tell = (form, message) => {
    const problem = form.querySelector("[data-passkey-problem]");
    problem.textContent = message;
    problem.hidden = false;
  };

  // Lets the browser offer passkeys beside the addresses that it knows, in the field for the address.
  const offer = async (form) => {
    const can = window.PublicKeyCredential && PublicKeyCredential.isConditionalMediationAvailable;
    if (!can || !(await PublicKeyCredential.isConditionalMediationAvailable())) return;
    waiting = new AbortController();
    run(form, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      stopWaiting();
      if (!window.PublicKeyCredential || !navigator.credentials) {
        tell(form, form.dataset.missing);
        return;
      }
      run(form).catch((problem) => {
        const names = { InvalidStateError: "known", SecurityError: "missing", NotSupportedError: "missing" };
        tell(form, form.dataset[names[problem.name] || "refused"]);
      });
    });
    if (form.dataset.passkey === "sign-in") {
      const field = document.querySelector("input[autocomplete~=webauthn]");
      if (field && document.activeElement === field) offer(form);
      else if (field) field.addEventListener("focus", () => offer(form), { once: true });
    }
  });

  // What is still being asked must not come in after another way of signing in was chosen.
  document.addEventListener("submit", stopWaiting, true);
})();
