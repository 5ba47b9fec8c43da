// The page of `tacit chat --serve`. Everything that documents, models or people wrote is put in as text, never as HTML.
"use strict";

const at = (id) => document.getElementById(id);
const NAMES = { answer: "Answer", partial: "Partial answer", decline: "Not in the documents", clarify: "Asks back",
  repair: "Looked again", small_talk: "Small talk" };
let messages = [];
let busy = null;

// Control characters, and those that turn the reading direction, are spelt out.
const visible = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
  (character) => `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = visible(text);
  return made;
};

const press = (className, text, action) => {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", action);
  return button;
};

const headers = () => {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  return { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) };
};

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const data = part.replace(/^data: /, "");
      if (data !== "[DONE]") yield JSON.parse(data);
    }
  }
}

// The reply to a text; what is written of it meanwhile is handed on.
async function replied(text, signal, written) {
  const body = JSON.stringify({ model: "tacit", stream: true, tacit_passages: true,
    messages: [...messages, { role: "user", content: text }] });
  const response = await fetch("/v1/chat/completions", { method: "POST", headers: headers(), body, signal });
  if (!response.ok) throw new Error((await response.json()).error.message);
  let words = "";
  let reply = null;
  for await (const said of events(response)) {
    if (said.error) throw new Error(said.error.message);
    words += said.choices[0].delta.content || "";
    written(words);
    reply = said.tacit || reply;
  }
  if (!reply) throw new Error("The reply broke off.");
  return reply;
}

async function ask(text) {
  if (busy || !text.trim()) return;
  const mine = busy = new AbortController();
  at("send").disabled = true;
  for (const past of document.querySelectorAll(".options, .failed")) past.remove();
  const question = make("li", "turn user", text);
  const turn = make("li", "turn assistant");
  const words = make("div", "text", "…");
  turn.setAttribute("aria-busy", "true");
  turn.append(words);
  at("turns").append(question, turn);
  turn.scrollIntoView({ block: "nearest" });
  try {
    const reply = await replied(text, mine.signal, (written) => { words.textContent = visible(written) || "…"; });
    messages = [...messages, { role: "user", content: text }, { role: "assistant", content: reply.text }];
    finish(turn, words, reply);
  } catch (error) {
    if (!mine.signal.aborted) fail(question, turn, text, error);
  }
  if (busy === mine) {
    busy = null;
    at("send").disabled = false;
    at("say").focus({ preventScroll: true });
  }
  turn.removeAttribute("aria-busy");
  turn.scrollIntoView({ block: "nearest" });
}

function fail(question, turn, text, error) {
  const said = error instanceof TypeError ? "The server does not answer; is it still running?" : error.message;
  question.classList.add("failed");
  turn.classList.add("failed");
  turn.replaceChildren(make("p", "problem", said), make("p", "note", "Nothing is lost; the conversation is as it was."),
    press("", "Ask again", () => ask(text)));
}

function finish(turn, words, reply) {
  const head = make("div", "head");
  head.append(make("span", `kind ${reply.decision.kind}`, NAMES[reply.decision.kind]), make("span", "reason", reply.decision.reason));
  words.replaceChildren(...withLinks(reply));
  turn.replaceChildren(head, words);
  if (reply.note) turn.append(make("p", "note", reply.note));
  if (words.querySelector(".unsupported")) {
    turn.append(make("p", "note", "Underlined: no passage supports this."));
  }
  if (reply.decision.options.length) {
    const options = make("div", "options");
    options.append(...reply.decision.options.map((option) => press("", option, () => ask(option))));
    turn.append(options);
  }
  const looked = make("details");
  const terms = Object.entries(reply.query.terms).map(([term, weight]) => `${term} ${weight}`).join(" · ");
  looked.append(make("summary", "", "What was looked for"), make("p", "query", reply.query.text));
  if (reply.query.note) looked.append(make("p", "note", reply.query.note));
  looked.append(make("p", "note", terms));
  turn.append(looked, press("cite", "Show evidence", () => show(reply, 0)));
  show(reply);
}

// The text with [1] as buttons, listings (indented lines) as such, and sentences without support underlined.
function withLinks(reply) {
  const parts = [];
  const split = (text, className) => {
    for (const part of text.split(/(\[\d+\])/)) {
      const number = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
      if (reply.citations.some((cited) => cited.number === number)) {
        const button = press("cite", part, () => show(reply, number));
        button.title = "Show where this stands";
        parts.push(button);
      } else {
        for (const lines of part.split(/((?:^ {4}.*\n?)+)/m)) {
          if (lines) parts.push(make("span", lines.startsWith("    ") ? "listing" : className, lines));
        }
      }
    }
  };
  let rest = reply.text;
  for (const sentence of reply.unsupported) {
    const [before, ...after] = rest.split(sentence);
    if (!sentence || !after.length) continue;
    split(before);
    split(sentence, "unsupported");
    rest = after.join(sentence);
  }
  split(rest);
  return parts;
}

// Put the passages of a reply beside it: cited ones open, others folded. A number chosen is scrolled to; 0 the first.
function show(reply, chosen) {
  const citing = (passage) => reply.citations.filter((cited) => cited.passage === passage.id);
  const cited = reply.passages.filter((passage) => citing(passage).length);
  const other = reply.passages.filter((passage) => !citing(passage).length);
  const first = (passage) => citing(passage)[0].number;
  const cards = cited.sort((a, b) => first(a) - first(b)).map((passage) => {
    const marks = citing(passage).map((one) => `[${one.number}]`).join("");
    const card = make("article", "passage");
    card.append(titled("h3", passage, marks), make("p", "place", passage.document || passage.id), quoted(passage, citing(passage)));
    card.classList.toggle("here", citing(passage).some((one) => one.number === chosen));
    return card;
  });
  const asked = reply.query.text;
  const parts = [make("p", "note", `For: ${asked.length > 200 ? `${asked.slice(0, 200)}…` : asked}`), ...cards];
  if (other.length) {
    parts.push(make("h3", "", cards.length ? "Also found" : "Found, not cited"));
    parts.push(...other.map((passage) => {
      const card = make("details", "passage");
      card.append(titled("summary", passage, ""), make("p", "place", passage.document || passage.id), quoted(passage, []));
      return card;
    }));
  }
  if (!reply.passages.length) parts.push(make("p", "note", "Nothing was found."));
  at("evidence").replaceChildren(...parts);
  if (chosen === undefined) return;
  const mark = document.querySelector(`mark[data-number="${chosen}"]`);
  mark?.classList.add("now");
  (mark || at("evidence")).scrollIntoView({ block: "nearest" });
}

function titled(tag, passage, marks) {
  const made = make(tag, "title", marks && `${marks} `);
  made.append(make("bdi", "", passage.title || passage.document || passage.id));
  return made;
}

// Offsets count code points, as Python does; JavaScript's strings count UTF-16 units.
function quoted(passage, cited) {
  const points = Array.from(passage.text);
  const text = make("pre");
  let from = 0;
  for (const { number, start, end } of [...cited].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    const mark = make("mark", "", points.slice(start, end).join(""));
    mark.dataset.number = number;
    text.append(visible(points.slice(from, start).join("")), mark);
    from = end;
  }
  text.append(visible(points.slice(from).join("")));
  return text;
}

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (busy) return;
  const text = at("say").value;
  at("say").value = "";
  ask(text);
});
at("say").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at("ask").requestSubmit();
  }
});
at("anew").addEventListener("click", () => {
  busy?.abort();
  busy = null;
  messages = [];
  at("send").disabled = false;
  at("turns").replaceChildren();
  at("evidence").replaceChildren(make("p", "note", "What the last reply leans on will stand here."));
  at("say").focus();
});
fetch("/about.json", { headers: headers() }).then(async (response) => {
  const about = await response.json();
  if (!response.ok) throw new Error(about.error.message);
  at("about").textContent = visible(`${about.index} · ${about.passages.toLocaleString("en")} passage${about.passages === 1 ? "" : "s"}`);
  document.title = visible(`${about.index} · tacit chat`);
}).catch((error) => { at("about").textContent = error.message; });
at("say").focus();
