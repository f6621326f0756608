/** Telegram's message entities as DOM nodes. Offsets count UTF-16 units, as JavaScript's strings do. */

import { copy, el, icon } from "./dom.js";

const SAFE = new Set(["http:", "https:", "tg:", "mailto:"]);
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
export const PLAIN_TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };
const LONG_QUOTE = 160; // what fits into the three lines that a folded quote shows

const safe = (address) => {
  try {
    return SAFE.has(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
};

export const link = (address, kind) => {
  const href = safe(address);
  if (href === null) return el("span");
  return el("a", { href, class: kind, rel: "noopener noreferrer", target: "_blank" });
};

const withScheme = (text) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);

export const spoiler = () => {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, show it" });
  const show = (event) => {
    if (!node.classList.contains("spoiler")) return;
    event.preventDefault();
    event.stopPropagation();
    node.className = "";
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show, true);
  node.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && show(event));
  return node;
};

export const pre = (language, text) => {
  const code = el("code");
  const button = el(
    "button",
    { class: "quiet copy", type: "button", "aria-label": "Copy the code", onclick: () => copy(text) },
    icon("copy"),
  );
  const head = el("div", { class: "pre-head", "data-language": language || "code" }, button);
  return { outer: el("div", { class: "pre" }, head, el("pre", { tabindex: "0" }, code)), inner: code };
};

const foldedQuote = (text) => {
  const inner = el("div");
  const outer = el("blockquote", {}, inner);
  if (text.length > LONG_QUOTE || text.split("\n").length > 3) {
    const unfold = () => {
      const folded = outer.classList.toggle("folded");
      button.setAttribute("aria-expanded", String(!folded));
    };
    const button = el(
      "button",
      { class: "quiet fold", type: "button", "aria-expanded": "false", "aria-label": "The whole quote", onclick: unfold },
      icon("down"),
    );
    outer.classList.add("folded");
    outer.append(button);
  }
  return { outer, inner };
};

/** The node for an entity, and the node inside it that takes the text. */
const wrap = (entity, text) => {
  switch (entity.type) {
    case "bold": case "italic": case "underline": case "strikethrough": case "code":
      return same(el(PLAIN_TAGS[entity.type]));
    case "pre": return pre(entity.language, text);
    case "blockquote": return same(el("blockquote"));
    case "expandable_blockquote": return foldedQuote(text);
    case "spoiler": return same(spoiler());
    case "text_link": return same(link(entity.url, "link"));
    case "url": return same(link(withScheme(text), "link"));
    case "email": return same(link(`mailto:${text}`, "link"));
    case "bot_command": return same(el("button", { class: "link", type: "button", "data-command": text }));
    case "mention": case "text_mention": case "hashtag": case "cashtag": case "phone_number":
      return same(el("span", { class: "link" }));
    default: return same(el("span"));
  }
};

const same = (node) => ({ outer: node, inner: node });

/** Outer entities first: by where they start, then by length, blocks before what may stand in them. */
const ordered = (spans) =>
  spans.sort((a, b) => a.from - b.from || b.until - a.until || BLOCKS.has(b.type) - BLOCKS.has(a.type));

/** What of the others lies inside of a span and what after it; one that crosses the end is cut in two. */
const divided = (others, until) => {
  const inside = others.filter((other) => other.from < until);
  const after = [
    ...inside.filter((other) => other.until > until).map((other) => ({ ...other, from: until })),
    ...others.filter((other) => other.from >= until),
  ];
  return [inside.map((other) => ({ ...other, until: Math.min(other.until, until) })), ordered(after)];
};

const fill = (parent, text, { from, until, spans }) => {
  let at = from;
  let rest = spans;
  while (rest.length > 0) {
    const [first, ...others] = rest;
    const span = { ...first, from: Math.max(first.from, at) };
    const [inside, after] = divided(others, span.until);
    rest = after;
    if (span.until <= span.from) continue;
    parent.append(text.slice(at, span.from));
    const { outer, inner } = wrap(span, text.slice(span.from, span.until));
    fill(inner, text, { from: span.from, until: span.until, spans: inside });
    parent.append(outer);
    at = span.until;
    // A block ends its line by itself: the newline that follows would show as an empty line.
    if (BLOCKS.has(span.type) && at < until && text[at] === "\n") at += 1;
  }
  parent.append(text.slice(at, until));
};

export const formatted = (text, entities = []) => {
  const spans = entities.map((entity) => ({
    ...entity,
    from: Math.max(0, entity.offset),
    until: Math.min(text.length, entity.offset + entity.length),
  }));
  const fragment = document.createDocumentFragment();
  fill(fragment, text, { from: 0, until: text.length, spans: ordered(spans) });
  return fragment;
};
