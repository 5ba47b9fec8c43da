// The page of `tacit chat --serve`. Everything that documents, models or people wrote is put in as text, never as HTML.
"use strict";

const at = (id) => document.getElementById(id);
const NAMES = { answer: "Answer", partial: "Partial answer", decline: "Not in the documents", clarify: "Asks back",
  repair: "Looked again", small_talk: "Small talk" };
let messages = [];
let busy = null;

const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const key = () => new URLSearchParams(location.hash.slice(1)).get("key");

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

async function ask(text) {
  if (busy || !text.trim()) return;
  busy = new AbortController();
  at("problem").textContent = "";
  at("send").disabled = true;
  at("turns").append(make("li", "turn user", text));
  const turn = make("li", "turn assistant");
  const words = make("div", "text", "…");
  turn.append(words);
  at("turns").append(turn);
  turn.scrollIntoView({ block: "nearest" });
  const headers = { "content-type": "application/json" };
  if (key()) headers.authorization = `Bearer ${key()}`;
  const body = JSON.stringify({ model: "tacit", stream: true, tacit_passages: true,
    messages: [...messages, { role: "user", content: text }] });
  try {
    const response = await fetch("/v1/chat/completions", { method: "POST", headers, body, signal: busy.signal });
    if (!response.ok) throw new Error((await response.json()).error.message);
    let written = "";
    for await (const said of events(response)) {
      if (said.error) throw new Error(said.error.message);
      written += said.choices[0].delta.content || "";
      words.textContent = written;
      if (said.tacit) finish(turn, words, text, said.tacit);
    }
  } catch (error) {
    turn.remove();
    if (error.name !== "AbortError") at("problem").textContent = `${error.message} You can ask again.`;
  } finally {
    busy = null;
    at("send").disabled = false;
  }
}

function finish(turn, words, text, reply) {
  messages = [...messages, { role: "user", content: text }, { role: "assistant", content: reply.text }];
  const head = make("div");
  head.append(make("span", `kind ${reply.decision.kind}`, NAMES[reply.decision.kind]));
  head.append(make("span", "reason", reply.decision.reason));
  turn.prepend(head);
  words.replaceChildren(...withLinks(reply));
  if (reply.decision.options.length) {
    const options = make("div", "options");
    for (const option of reply.decision.options) {
      const button = make("button", "", option);
      button.type = "button";
      button.addEventListener("click", () => ask(option));
      options.append(button);
    }
    turn.append(options);
  }
  const looked = make("details");
  looked.append(make("summary", "", "What was looked for"));
  looked.append(make("p", "", reply.query.text));
  if (reply.query.note) looked.append(make("p", "note", reply.query.note));
  looked.append(make("p", "note", Object.entries(reply.query.terms).map(([term, weight]) => `${term} ${weight}`).join(" · ")));
  turn.append(looked);
  const evidence = make("button", "cite", "Show evidence");
  evidence.type = "button";
  evidence.addEventListener("click", () => show(reply));
  turn.append(evidence);
  show(reply);
}

// The text with [1] as buttons, and sentences without support underlined.
function withLinks(reply) {
  const parts = [];
  const unsupported = reply.unsupported.filter((sentence) => sentence && reply.text.includes(sentence));
  const split = (text, className) => {
    for (const part of text.split(/(\[\d+\])/)) {
      const number = /^\[(\d+)\]$/.exec(part);
      if (number && reply.citations.some((cited) => cited.number === Number(number[1]))) {
        const button = make("button", "cite", part);
        button.type = "button";
        button.addEventListener("click", () => show(reply, Number(number[1])));
        parts.push(button);
      } else if (part) parts.push(make("span", className, part));
    }
  };
  let rest = reply.text;
  for (const sentence of unsupported) {
    const [before, ...after] = rest.split(sentence);
    if (!after.length) continue;
    split(before);
    split(sentence, "unsupported");
    rest = after.join(sentence);
  }
  split(rest);
  return parts;
}

function show(reply, chosen) {
  const shown = reply.passages.map((passage) => ({ passage, cited: reply.citations.filter((one) => one.passage === passage.id) }));
  shown.sort((a, b) => (b.cited.length > 0) - (a.cited.length > 0));
  const cards = shown.map(({ passage, cited }) => {
    const card = make("article", "passage");
    card.append(make("h3", "", `${cited.map((one) => `[${one.number}]`).join("")} ${passage.title || passage.document || passage.id}`.trim()));
    card.append(make("p", "place", passage.document || passage.id));
    const text = make("pre");
    text.append(...marked(passage.text, cited));
    card.append(text);
    if (cited.some((one) => one.number === chosen)) card.classList.add("here");
    return card;
  });
  at("evidence").replaceChildren(...(cards.length ? cards : [make("p", "note", "Nothing was found.")]));
  const here = document.querySelector(".passage.here") || document.querySelector(".passage");
  const mark = here && here.querySelector("mark");
  if (chosen && here) here.scrollIntoView({ block: "nearest" });
  if (mark) mark.parentElement.scrollTop = Math.max(0, mark.offsetTop - mark.parentElement.offsetTop - 40);
}

// Offsets count code points, as Python does; JavaScript's strings count UTF-16 units.
function marked(text, cited) {
  const points = Array.from(text);
  const spans = cited.map((one) => [one.start, one.end]).sort((a, b) => a[0] - b[0]);
  const parts = [];
  let from = 0;
  for (const [start, end] of spans) {
    if (start < from) continue;
    parts.push(points.slice(from, start).join(""), make("mark", "", points.slice(start, end).join("")));
    from = end;
  }
  parts.push(points.slice(from).join(""));
  return parts;
}

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
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
  if (busy) busy.abort();
  messages = [];
  at("turns").replaceChildren();
  at("problem").textContent = "";
  at("evidence").replaceChildren(make("p", "note", "What the last reply leans on will stand here."));
  at("say").focus();
});
fetch("/about.json").then((response) => response.json()).then((about) => {
  at("about").textContent = `${about.index}: ${about.passages.toLocaleString("en")} passages`;
  document.title = `${about.index} · tacit chat`;
});
at("say").focus();
