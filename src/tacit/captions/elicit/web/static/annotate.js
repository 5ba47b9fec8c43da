"use strict";
// Makes the annotator's page quicker: keys, timing, a copy of what is typed in this tab. The page works without it.

(() => {
  const KEPT = "tacit-typed";
  const TICK = 500;
  const LONGEST_GAP = 5; // seconds; a longer one between two ticks means that the machine slept

  const page = () => document.querySelector("form[data-picture]");
  const status = (text) => { document.getElementById("status").textContent = text; };
  const groups = (form) => [...form.querySelectorAll("[data-type]")];
  const control = (group, name) => group.querySelector(`[name="${name}-${group.dataset.type}"]`);

  // Time goes to the question that has the focus; what is spent on looking goes to all of them alike.
  let last = performance.now();
  let visible = !document.hidden;
  const tick = () => {
    const now = performance.now();
    const spent = Math.min((now - last) / 1000, LONGEST_GAP);
    last = now;
    const form = page();
    if (!form || !visible) return;
    const at = document.activeElement && document.activeElement.closest("[data-type]");
    const shared = at && form.contains(at) ? [at] : groups(form);
    for (const group of shared) {
      const field = control(group, "seconds");
      field.value = ((Number(field.value) || 0) + spent / shared.length).toFixed(3);
    }
  };
  setInterval(tick, TICK);
  document.addEventListener("visibilitychange", () => { tick(); visible = !document.hidden; });

  // A reload or a crash between two autosaves must not cost a word, so this tab keeps a copy too.
  const keep = (form) => {
    const fields = groups(form).map((group) => [
      group.dataset.type, control(group, "text").value, control(group, "nothing").checked,
      control(group, "pasted").value, control(group, "seconds").value,
    ]);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ form: form.action, picture: form.dataset.picture, fields }));
    } catch { /* storage is full or switched off: the server's copy remains */ }
  };
  const bring = (form) => {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(KEPT)); } catch { return; }
    if (!kept || kept.form !== form.action || kept.picture !== form.dataset.picture) return;
    const changed = [];
    for (const group of groups(form)) {
      const found = kept.fields.find(([type]) => type === group.dataset.type);
      if (!found) continue;
      const text = control(group, "text");
      if (text.value !== found[1]) changed.push(text);
      text.value = found[1];
      control(group, "nothing").checked = found[2];
      control(group, "pasted").value = found[3];
      control(group, "seconds").value = Math.max(Number(found[4]), Number(control(group, "seconds").value));
    }
    // As if it had been typed: the server keeps it, and its cues are marked.
    for (const text of changed) text.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const begin = () => {
    status("");
    const form = page();
    last = performance.now();
    scrollTo(0, 0);
    if (!form) return;
    for (const group of groups(form)) control(group, "seconds").value ||= "0"; // known from now on
    bring(form);
    const wrong = form.querySelector("[aria-invalid=true]");
    // On a phone the focus would open the keyboard over the picture that is to be looked at first.
    if (wrong) wrong.focus();
    else if (matchMedia("(hover: hover)").matches) form.querySelector("textarea").focus({ preventScroll: true });
    else document.getElementById("main").focus({ preventScroll: true });
  };

  document.addEventListener("input", (event) => {
    const group = event.target.closest("[data-type]");
    if (!group) return;
    if (event.target.matches("textarea")) {
      if (event.target.value.trim()) control(group, "nothing").checked = false;
      if (["insertFromPaste", "insertFromDrop"].includes(event.inputType)) control(group, "pasted").value = "1";
    }
    keep(page());
  });

  document.addEventListener("keydown", (event) => {
    const form = page();
    if (!form || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      tick();
      const send = form.querySelector(".send");
      if (!send.disabled) form.requestSubmit(send);
    }
    // The key's place, not its character: Option and N is a dead key on a Mac.
    if (event.code === "KeyN" && event.altKey && !event.ctrlKey && !event.metaKey) {
      const group = document.activeElement.closest("[data-type]");
      if (!group) return;
      event.preventDefault();
      control(group, "nothing").click();
    }
  });

  let unanswered = ""; // what failed stays said until the same request succeeds
  const failed = (event) => {
    unanswered = event.detail.pathInfo.requestPath;
    const code = event.detail.xhr ? event.detail.xhr.status : 0;
    const why = code ? `The server refused it (${code}).` : "The server does not answer.";
    status(`${why} Nothing you wrote is lost as long as this page stays open. Please try again.`);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, failed);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.pathInfo.requestPath === unanswered) status("");
  });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "main") begin(); });
  document.addEventListener("DOMContentLoaded", begin);
})();
