/** The small menu of a message: by its button, a right click, or a long press. */

import { $, el, icon } from "./dom.js";

const LONG_PRESS = 500; // milliseconds; phones whose browser sends no contextmenu

const place = (menu, { x, y }) => {
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, y + box.height > innerHeight - 8 ? y - box.height : y)}px`;
};

const close = () => {
  const menu = $("menu");
  if (!menu.matches(":popover-open")) return;
  const hadFocus = menu.contains(document.activeElement);
  menu.hidePopover();
  if (hadFocus) menu.opener.focus({ preventScroll: true });
};

const open = (items, at, opener) => {
  const menu = $("menu");
  const choose = (action) => () => {
    close();
    action();
  };
  close(); // a long press and the browser's own event for it may both come
  menu.replaceChildren(
    ...items.map(([name, words, action]) =>
      el("button", { type: "button", role: "menuitem", "data-testid": `menu-${name}`, onclick: choose(action) }, icon(name), words)),
  );
  menu.showPopover();
  place(menu, at);
  menu.opener = opener;
  menu.firstChild.focus();
};

const moved = (event) => {
  const items = [...$("menu").children];
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
  else if (event.key === "ArrowUp") items.at((at - 1) % items.length).focus();
  else return;
  event.preventDefault();
};

/** `itemsOf(row)` returns [name, words, action] for each thing one can do with a message. */
export const prepareMenu = (list, itemsOf) => {
  const rowAt = (event) => event.target.closest("[data-message-id]");
  list.addEventListener("contextmenu", (event) => {
    const row = rowAt(event);
    const wantsOwn = event.target.closest("a, .photo") || String(getSelection()) !== "";
    if (!row || wantsOwn) return;
    event.preventDefault();
    open(itemsOf(row), { x: event.clientX, y: event.clientY }, row.querySelector(".more"));
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest(".more");
    if (!button) return;
    const box = button.getBoundingClientRect();
    open(itemsOf(rowAt(event)), { x: box.left, y: box.bottom + 4 }, button);
  });
  let timer;
  list.addEventListener("touchstart", (event) => {
    const row = rowAt(event);
    const { clientX: x, clientY: y } = event.touches[0];
    if (!row || event.target.closest("a, button")) return;
    timer = setTimeout(() => open(itemsOf(row), { x, y }, row.querySelector(".more")), LONG_PRESS);
  }, { passive: true });
  for (const name of ["touchend", "touchmove", "touchcancel"]) {
    list.addEventListener(name, () => clearTimeout(timer), { passive: true });
  }
  $("menu").addEventListener("keydown", moved);
  // Not the browser's own light dismissal: that would close it as soon as the pressing finger is lifted.
  addEventListener("pointerdown", (event) => $("menu").contains(event.target) || close());
  $("scroller").addEventListener("scroll", close, { passive: true });
};
