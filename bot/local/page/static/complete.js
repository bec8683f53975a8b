// Completion and the backtest while one types, as a combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
const WAIT = 120; // milliseconds without a key before anything is asked
const WAIT_PREVIEW = 350;

export function completion(box) {
  const input = box.text;
  const list = document.getElementById("choices");
  const preview = document.getElementById("preview");
  let chosen = -1;
  let turn = 0;
  let timer, later;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "choices");
  close();

  function close() {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(to) {
    chosen = to;
    [...list.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === chosen)));
    const there = list.children[chosen];
    if (there) {
      input.setAttribute("aria-activedescendant", there.id);
      there.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  // What was taken opens no new list by itself: Tab then moves on, and traps nobody.
  function take(at) {
    input.value = list.children[at].dataset.value;
    close();
    input.focus();
    changed({ completing: false });
  }

  function show(choices) {
    if (!choices.length || document.activeElement !== input) return close();
    list.replaceChildren(...choices.map((choice, at) => {
      const each = document.createElement("li");
      each.id = `choice-${at}`;
      each.setAttribute("role", "option");
      each.setAttribute("aria-selected", "false");
      each.textContent = choice.label;
      each.dataset.value = choice.value;
      return each;
    }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(-1);
  }

  async function got(url, kind) {
    const response = await fetch(`${url}?text=${encodeURIComponent(input.value)}`, { headers: { "X-Part": "1" } });
    return response.ok ? response[kind]() : null;
  }

  function changed({ completing = true } = {}) {
    const mine = ++turn;
    clearTimeout(timer);
    clearTimeout(later);
    if (!input.value.trim()) {
      close();
      preview.replaceChildren();
      return;
    }
    if (completing) timer = setTimeout(async () => {
      try {
        const choices = await got(box.dataset.complete, "json");
        // What stands there already is no help.
        if (mine === turn && choices) show(choices.filter((each) => each.value.trim() !== input.value.trim()));
      } catch {
        close();
      }
    }, WAIT);
    later = setTimeout(async () => {
      try {
        const html = await got(box.dataset.preview, "text");
        if (mine === turn && html !== null) preview.innerHTML = html.trim();
      } catch {
        preview.replaceChildren();
      }
    }, WAIT_PREVIEW);
  }

  input.addEventListener("input", () => changed());
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const at = [...list.children].indexOf(event.target.closest("li"));
    if (at >= 0) {
      event.preventDefault();
      take(at);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const many = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      mark((chosen + (event.key === "ArrowDown" ? 1 : -1) + many) % many);
    } else if (event.key === "Tab" && !event.shiftKey) {
      take(Math.max(chosen, 0));
    } else if (event.key === "Enter" && chosen >= 0) {
      take(chosen);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });
  box.addEventListener("submit", () => {
    turn += 1;
    close();
    preview.replaceChildren();
  });
}
