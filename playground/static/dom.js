/** Small things to build a page from. */

export const $ = (id) => document.getElementById(id);

/** An element with attributes, listeners (`onclick: …`) and children; nothing of it is parsed as HTML. */
export const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return node;
};

export const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
};

/** The golden angle keeps the colours of neighbouring ids apart. */
const hue = (id) => Math.round((Math.abs(id) * 137.508) % 360);

export const tinted = (node, id) => {
  node.style.setProperty("--hue", hue(id));
  return node;
};

const initials = (name) =>
  name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => Array.from(word)[0].toUpperCase()).join("");

export const avatar = ({ id, name, isBot }) =>
  tinted(el("span", { class: isBot ? "avatar bot" : "avatar", "aria-hidden": "true" }, initials(name)), id);

export const toast = (words, { testid = "toast" } = {}) => {
  const node = el("p", { class: "toast", "data-testid": testid }, words);
  $("toasts").append(node);
  setTimeout(() => node.remove(), Math.max(3500, words.length * 70));
};

export const alertWith = (words) => {
  $("alert-text").textContent = words;
  if (!$("alert").open) $("alert").showModal();
};

/** `navigator.clipboard` exists only on https and localhost. */
export const copy = async (text) => {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    const area = el("textarea", { class: "off-screen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast("Copied.");
};

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const day = (seconds) => {
  const date = new Date(seconds * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString([], { day: "numeric", month: "long", year });
};
