/** The open chat's messages on the page: redrawn where they changed, and kept at the bottom. */

import { drawn, drawnDraft, redrawnDraft, rowsOf } from "./bubbles.js";
import { $, day, el, toast } from "./dom.js";

const NEAR = 60; // pixels from the bottom that still count as being there

/** A list of rows that replaces only those that differ from what it showed before. */
export class Timeline {
  constructor() {
    this.list = $("messages");
    this.scroller = $("scroller");
    this.shown = new Map(); // key → {parts, node}
    this.missed = 0;
    this.sticks = true;
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    $("jump").addEventListener("click", () => this.toBottom({ behavior: "smooth" }));
    const settle = new ResizeObserver(() => this.sticks && this.toBottom());
    settle.observe(this.list);
    settle.observe(this.scroller);
  }

  clear() {
    this.shown.clear();
    this.list.replaceChildren();
    this.sticks = true;
    this.count(0);
  }

  draw(messages, draft, view) {
    const wanted = this.wanted(messages, draft, view);
    const focus = this.focused();
    const kept = new Map();
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { node }] of this.shown) if (!keys.has(key)) node.remove();
    wanted.forEach(({ key, parts, make, renew }, index) => {
      const old = this.shown.get(key);
      const same = old && old.parts.length === parts.length && old.parts.every((part, at) => part === parts[at]);
      const node = same ? old.node : old && renew ? renew(old.node) : make();
      if (old && old.node !== node) old.node.replaceWith(node);
      if (!old && this.shown.size) node.classList.add("new"); // one that grows must not blink
      if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null);
      kept.set(key, { parts, node });
    });
    this.shown = kept;
    this.refocus(focus);
    if (this.sticks) this.toBottom();
  }

  wanted(messages, draft, view) {
    let today = "";
    const wanted = [];
    for (const row of rowsOf(messages)) {
      const date = day(row.messages[0].date);
      if (date !== today) wanted.push({ key: `d${date}`, parts: [], make: () => el("li", { class: "day" }, el("span", {}, date)) });
      today = date;
      wanted.push({ key: row.key, parts: [...row.messages, row.first, row.last], make: () => drawn(row, view) });
    }
    if (draft) wanted.push({ key: "draft", parts: [draft], make: () => drawnDraft(draft), renew: (row) => redrawnDraft(row, draft) });
    return wanted;
  }

  /** A row that is drawn anew must not take the keyboard's focus away. */
  focused() {
    const row = document.activeElement?.closest?.("#messages > .row");
    if (!row) return null;
    const place = [...row.querySelectorAll("button, a")].indexOf(document.activeElement);
    return { id: row.dataset.messageId, place, node: document.activeElement };
  }

  refocus(focus) {
    if (!focus || focus.node.isConnected) return;
    this.row(focus.id)?.querySelectorAll("button, a")[focus.place]?.focus({ preventScroll: true });
  }

  row(messageId) {
    return this.list.querySelector(`[data-holds~="${Number(messageId)}"]`);
  }

  show(messageId) {
    const row = this.row(messageId);
    if (!row) return toast("That message is not here any more.");
    this.sticks = false;
    row.scrollIntoView({ block: "center", behavior: "smooth" });
    row.classList.remove("flash");
    requestAnimationFrame(() => row.classList.add("flash"));
    return undefined;
  }

  scrolled() {
    this.sticks = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
    if (this.sticks) this.count(0);
    $("jump").hidden = this.sticks;
  }

  arrived() {
    if (!this.sticks) this.count(this.missed + 1);
  }

  count(missed) {
    this.missed = missed;
    $("jump-count").textContent = missed || "";
    $("jump").setAttribute("aria-label", missed ? `To the newest, ${missed} new` : "To the newest");
    if (missed === 0 && this.sticks) $("jump").hidden = true;
  }

  toBottom({ behavior = "instant" } = {}) {
    this.sticks = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
  }
}
