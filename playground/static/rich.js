/** Rich messages as DOM nodes: blocks below each other, rich texts within a line. */

import { el } from "./dom.js";
import { PLAIN_TAGS, link, pre, spoiler } from "./entities.js";

/** A formula as it was written: the playground does not typeset. */
const formula = (latex, tag) =>
  el(tag, { class: "formula", role: "math", "aria-label": `Formula: ${latex}` }, latex);

const wrapped = (text) => {
  switch (text.type) {
    case "mathematical_expression": return formula(text.expression, "span");
    case "url": return link(text.url, "link");
    case "email_address": return link(`mailto:${text.email_address}`, "link");
    case "spoiler": return spoiler();
    default: return el(PLAIN_TAGS[text.type] ?? "span");
  }
};

const inline = (text) => {
  if (text === undefined || text === null) return [];
  if (Array.isArray(text)) return text.flatMap(inline);
  if (typeof text === "string") return [text];
  const node = wrapped(text);
  node.append(...inline(text.text));
  return [node];
};

const cell = (it) =>
  el(
    it.is_header ? "th" : "td",
    { class: `${it.align} ${it.valign}`, colspan: it.colspan, rowspan: it.rowspan, scope: it.is_header ? "col" : null },
    ...inline(it.text),
  );

const table = (block) =>
  el(
    "div",
    { class: "sheet", role: "region", tabindex: "0", "aria-label": "Table" },
    el("table", { class: block.is_bordered ? "bordered" : null }, ...block.cells.map((row) => el("tr", {}, ...row.map(cell)))),
  );

const item = (it) => {
  const body = it.blocks.map(blockOf);
  if (!it.has_checkbox) return el("li", { value: it.value }, ...body);
  const box = el("input", { type: "checkbox", disabled: true, checked: Boolean(it.is_checked), "aria-label": it.is_checked ? "Done" : "Not done" });
  return el("li", { class: "task" }, box, el("div", {}, ...body));
};

const list = (block) =>
  el(block.items.some((it) => "value" in it) ? "ol" : "ul", {}, ...block.items.map(item));

const code = (block) => {
  const { outer, inner } = pre(block.language, plain(block));
  inner.append(...inline(block.text));
  return outer;
};

const blockOf = (block) => {
  switch (block.type) {
    case "heading": return el("p", { class: `heading of-size-${block.size}`, role: "heading", "aria-level": String(block.size) }, ...inline(block.text));
    case "pre": return code(block);
    case "divider": return el("hr");
    case "mathematical_expression": return formula(block.expression, "div");
    case "list": return list(block);
    case "blockquote": return el("blockquote", {}, ...block.blocks.map(blockOf));
    case "table": return table(block);
    default: return el("p", {}, ...inline(block.text));
  }
};

const mark = (it) => {
  if (it.has_checkbox) return it.is_checked ? "☑ " : "☐ ";
  return "value" in it ? `${it.value}. ` : "• ";
};

/** All that a rich message, a block or a rich text says, a line for each block. */
export const plain = (it) => {
  if (typeof it === "string") return it;
  if (Array.isArray(it)) return it.map(plain).join("");
  if (it?.cells) return it.cells.map((row) => row.map((each) => plain(each.text)).join("\t")).join("\n");
  if (it?.items) return it.items.map((each) => mark(each) + plain(each)).join("\n");
  if (it?.blocks) return it.blocks.map(plain).join("\n");
  return it?.expression ?? plain(it?.text ?? "");
};

export const rich = (message) =>
  el("div", { class: "text rich", dir: "auto", "data-testid": "text" }, ...message.blocks.map(blockOf));
