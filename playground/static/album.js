/** Photos in bubbles: one, or an album as a grid; and the lightbox that shows them large. */

import { file } from "./api.js";
import { $, el } from "./dom.js";

/** How many photos stand in each row of an album of 2 to 10. */
const ROWS = {
  2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [2, 2, 3, 3],
};
const BUBBLE_SIDE = 800; // Telegram's "x" size is sharp in a bubble on any screen

const largest = (sizes) => sizes.reduce((best, size) => (size.width > best.width ? size : best));

const fitting = (sizes) => {
  const enough = sizes.filter((size) => Math.max(size.width, size.height) >= BUBBLE_SIDE);
  return enough.length ? enough.reduce((best, size) => (size.width < best.width ? size : best)) : largest(sizes);
};

const picture = (message, onclick) => {
  const size = fitting(message.photo);
  const image = el("img", {
    src: file(size.file_id), width: size.width, height: size.height, alt: message.caption ?? "", decoding: "async",
  });
  return el(
    "button",
    { class: "photo", type: "button", "data-testid": "photo", "data-photo-of": message.message_id, "aria-label": "Open the photo", onclick },
    image,
  );
};

export const photosOf = (messages) => {
  const sizes = messages.map((message) => largest(message.photo));
  const pictures = messages.map((message, index) => picture(message, () => openLightbox(sizes, index)));
  if (pictures.length === 1) {
    const [size] = sizes;
    const node = el("div", { class: "single" }, ...pictures);
    node.style.setProperty("--ratio", Math.min(Math.max(size.width / size.height, 0.5), 2.4));
    node.style.setProperty("--own-width", `${size.width}px`);
    return node;
  }
  const spans = (ROWS[pictures.length] ?? [2]).flatMap((count) => Array(count).fill(count));
  pictures.forEach((node, index) => node.classList.add(`of-${spans[index] ?? 3}`));
  return el("div", { class: "album", "data-testid": "album" }, ...pictures);
};

let shown = { sizes: [], index: 0 };

const show = (sizes, index) => {
  shown = { sizes, index: (index + sizes.length) % sizes.length };
  const size = sizes[shown.index];
  $("lightbox-image").src = file(size.file_id);
  $("lightbox-image").alt = `Photo, ${size.width} by ${size.height} pixels`;
  const several = sizes.length > 1;
  $("lightbox-count").textContent = several ? `${shown.index + 1} of ${sizes.length}` : "";
  $("lightbox-back").hidden = $("lightbox-next").hidden = !several;
};

const openLightbox = (sizes, index) => {
  show(sizes, index);
  $("lightbox").showModal();
};

const step = (by) => show(shown.sizes, shown.index + by);

export const prepareLightbox = () => {
  const dialog = $("lightbox");
  $("lightbox-close").addEventListener("click", () => dialog.close());
  $("lightbox-back").addEventListener("click", () => step(-1));
  $("lightbox-next").addEventListener("click", () => step(1));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => $("lightbox-image").removeAttribute("src"));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
};
