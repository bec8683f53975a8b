// The page with scripts: asking without reloading, live updates, times in the reader's zone, keys.
// Everything here works without it too, by forms and links.
import { completion } from "./complete.js";
import { times } from "./times.js";

const log = document.getElementById("log");
const box = document.querySelector("form.box:not(.watching)");
const told = document.getElementById("told");

function tell(text) {
  told.textContent = text;
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// An article of the server's takes the place of the one with its id, or comes at the end.
function put(html) {
  const fresh = parsed(html).querySelector("article.entry");
  if (!fresh || !log) return null;
  times(fresh);
  const there = document.getElementById(fresh.id);
  if (there) {
    there.replaceWith(fresh);
  } else {
    document.querySelector(".welcome")?.remove();
    fresh.classList.add("new");
    log.append(fresh);
  }
  return fresh;
}

async function ask(url, fields, asking) {
  asking?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "X-Part": "1" },
      body: new URLSearchParams(fields),
    });
    const text = await response.text();
    if (!response.ok) {
      tell(parsed(text).textContent.trim());
      return null;
    }
    return text;
  } catch {
    tell("The server does not answer. Is it still running?");
    return null;
  } finally {
    asking?.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || !log || !form.closest(".scroll, .box")) return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.getAttribute("aria-busy")) return;
  const fields = new FormData(form, button);
  const text = await ask(form.action, fields, button);
  if (text === null) return;
  const fresh = put(text);
  if (form === box) {
    remember(box.text.value);
    box.text.value = "";
    box.text.dispatchEvent(new Event("input"));
  } else {
    fresh?.focus({ preventScroll: true });
  }
  // Of an answer longer than the window one reads the beginning first.
  fresh?.scrollIntoView({ block: fresh.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
});

// What was typed comes back with the arrow up, as in a shell.
const past = [];
let at = 0;

function remember(text) {
  if (text && past.at(-1) !== text) past.push(text);
  at = past.length;
}

box?.text.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || (step < 0 && at === 0) || (step > 0 && at >= past.length)) return;
  at += step;
  box.text.value = past[at] ?? "";
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && box && !event.ctrlKey && !event.metaKey && !event.altKey) {
    box.text.focus();
    event.preventDefault();
  }
});

if (box) completion(box);

// News come while the page is seen: a browser keeps only six connections to a server, whatever its tabs show.
let stream = null;

function listen() {
  stream = new EventSource(`${log.dataset.live}?after=${encodeURIComponent(log.dataset.after)}`);
  stream.addEventListener("post", (event) => {
    log.dataset.after = event.lastEventId;
    put(event.data);
  });
  for (const part of ["aside", "below"]) {
    stream.addEventListener(part, (event) => {
      const there = document.getElementById(part);
      // Not while somebody types or moves about in it.
      if (there && !there.contains(document.activeElement)) {
        there.replaceChildren(parsed(event.data));
        times(there);
      }
    });
  }
}

function attend() {
  stream?.close();
  stream = null;
  if (document.visibilityState === "visible") listen();
}

if (log?.dataset.after) {
  attend();
  document.addEventListener("visibilitychange", attend);
  addEventListener("pageshow", (event) => event.persisted && attend());
  addEventListener("pagehide", () => stream?.close());
}

times(document);
