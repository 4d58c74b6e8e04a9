// Everything works without this: it adds copying, printing, a link that holds the state, and search
// while one types. The state stands behind the # of the address, which browsers do not send.
const form = document.getElementById("consultation");
const state = form && form.elements.state;
const encoded = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const decoded = code => new TextDecoder().decode(Uint8Array.from(atob(code), c => c.charCodeAt(0)));

function told(button) {
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1500);
}

if (state && location.hash.startsWith("#s=") && "fresh" in form.dataset) {
  try {
    state.value = decoded(location.hash.slice(3));
    history.replaceState(null, "", "/");
    form.submit();
  } catch { /* half a link is no state */ }
} else if (state && !("fresh" in form.dataset)) {
  history.replaceState(null, "", "#s=" + encoded(state.value));
}

for (const button of document.querySelectorAll("[data-copy], [data-link]")) {
  if (!navigator.clipboard) break; // outside a secure context
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    await navigator.clipboard.writeText("link" in button.dataset ? location.href : code.textContent);
    told(button);
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

const text = document.getElementById("text"), found = document.getElementById("found");
if (text && found) {
  let wait, latest = 0;
  text.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const words = text.value.trim(), mine = ++latest;
      if (words.length < 3 || words.includes("\n")) return;
      const lang = document.documentElement.lang;
      const answer = await fetch(`/v1/search?lang=${lang}&q=${encodeURIComponent(words)}`);
      if (!answer.ok || mine !== latest) return;
      show((await answer.json()).found);
    }, 250);
  });
}

function show(choices) {
  const list = found.querySelector("ul");
  const kept = [...list.children].filter(item => item.querySelector("input").checked);
  const there = new Set(kept.map(item => item.querySelector("input").value));
  const items = choices.filter(choice => !there.has(choice.value)).map(choice => {
    const item = document.createElement("li"), label = document.createElement("label");
    const input = document.createElement("input"), name = document.createElement("span");
    Object.assign(input, { type: "checkbox", name: "a", value: choice.value });
    name.textContent = choice.label;
    label.append(input, name);
    item.append(label);
    return item;
  });
  list.replaceChildren(...kept, ...items);
  found.hidden = !list.children.length;
  const shown = new Set([...list.querySelectorAll("input")].map(input => input.value));
  for (const common of document.querySelectorAll("fieldset:not(#found) input[name=a]")) {
    common.closest("li").hidden = shown.has(common.value) && !common.checked;
  }
}

document.addEventListener("keydown", event => {
  const typing = event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey;
  const choices = document.querySelectorAll(".choices button");
  if (!typing && choices[Number(event.key) - 1]) choices[Number(event.key) - 1].click();
});
