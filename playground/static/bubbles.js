/** Messages as bubbles: what one row of a chat looks like. */

import { photosOf } from "./album.js";
import { file } from "./api.js";
import { avatar, clock, copy, el, icon, tinted } from "./dom.js";
import { formatted } from "./entities.js";
import { plain, rich } from "./rich.js";

const RUN_SECONDS = 300; // messages of one person within five minutes stand close together

/** Rows to be drawn: an album is one row of several messages. */
export const rowsOf = (messages) => {
  const rows = [];
  for (const message of messages) {
    const last = rows.at(-1);
    if (message.media_group_id && message.photo && last?.album === message.media_group_id) last.messages.push(message);
    else rows.push({ key: `m${message.message_id}`, album: message.media_group_id, messages: [message] });
  }
  rows.forEach((row, index) => {
    row.first = !together(rows[index - 1], row);
    row.last = !together(row, rows[index + 1]);
  });
  return rows;
};

const together = (one, next) => {
  if (!one || !next) return false;
  const [before, after] = [one.messages.at(-1), next.messages[0]];
  return before.from.id === after.from.id && after.date - before.date < RUN_SECONDS
    && new Date(before.date * 1000).getDate() === new Date(after.date * 1000).getDate();
};

const KINDS = {
  photo: "Photo", document: "File", sticker: "Sticker", voice: "Voice message", video: "Video", audio: "Audio",
  animation: "Animation", video_note: "Video message", location: "Location", contact: "Contact", poll: "Poll",
};

/** A message in one line, for quotes and the list of chats. */
export const summary = (message) => {
  if (message.text) return message.text;
  if (message.rich_message) return plain(message.rich_message);
  const kind = Object.keys(KINDS).find((key) => key in message);
  const what = kind === "document" ? message.document.file_name : KINDS[kind] ?? "Message";
  return message.caption ? `${what}: ${message.caption}` : what;
};

const bytes = (size) => {
  if (size < 1024) return `${size} bytes`;
  return size < 1_048_576 ? `${Math.round(size / 1024)} KB` : `${(size / 1_048_576).toFixed(1)} MB`;
};

const quoteOf = (replied) =>
  tinted(
    el(
      "button",
      { class: "quote", type: "button", "data-testid": "quote", "data-goto": replied.message_id },
      el("strong", {}, replied.from?.first_name ?? ""),
      el("span", {}, summary(replied)),
    ),
    replied.from?.id ?? 0,
  );

const documentOf = ({ document: it }) =>
  el(
    "a",
    { class: "document", "data-testid": "document", href: file(it.file_id), download: it.file_name, target: "_blank", rel: "noopener" },
    /^image\/(jpeg|png|webp|gif)$/.test(it.mime_type) ? el("img", { src: file(it.file_id), alt: "" }) : icon("file"),
    el("span", {}, el("strong", {}, it.file_name ?? "File"), el("small", {}, bytes(it.file_size ?? 0))),
  );

const mediaOf = (messages) => {
  const [message] = messages;
  if (message.photo) return photosOf(messages);
  if (message.document) return documentOf(message);
  if (message.sticker) return el("img", { class: "sticker", src: file(message.sticker.file_id), alt: message.sticker.emoji ?? "Sticker" });
  if (message.text || message.rich_message) return null;
  return el("p", { class: "unknown" }, `${summary(message)} (not shown in the playground)`);
};

const meta = (message) =>
  el(
    "span",
    { class: "meta" },
    message.edit_date ? el("span", { "data-testid": "edited" }, "edited ") : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
  );

const textOf = (text, entities) =>
  el("div", { class: "text", dir: "auto", "data-testid": "text" }, formatted(text, entities));

const bubble = (row, { isGroup, isMine }) => {
  const [message] = row.messages;
  const captioned = row.messages.find((each) => each.caption) ?? message;
  const text = message.text ?? captioned.caption;
  const entities = message.text ? message.entities : captioned.caption_entities;
  const visual = Boolean(message.photo || message.sticker);
  return el(
    "div",
    { class: `bubble${visual ? " visual" : ""}${visual && !text ? " bare" : ""}${message.sticker ? " sticky" : ""}` },
    isGroup && !isMine && row.first ? tinted(el("strong", { class: "name" }, message.from.first_name), message.from.id) : null,
    message.reply_to_message ? quoteOf(message.reply_to_message) : null,
    mediaOf(row.messages),
    text ? textOf(text, entities) : null,
    message.rich_message ? rich(message.rich_message) : null,
    meta(row.messages.at(-1)),
  );
};

const keyOf = (button, message, { pending }) => {
  const press = `${message.message_id}:${button.callback_data}`;
  const style = { class: `key ${button.style ?? ""}`, "data-testid": "button" };
  if (button.url) {
    const link = el("a", { ...style, target: "_blank", rel: "noopener noreferrer" }, button.text, icon("link"));
    if (/^(https?|tg|mailto):/i.test(button.url)) link.href = button.url;
    return link;
  }
  if (button.callback_data) {
    return el("button", { ...style, type: "button", "data-press": press, "data-data": button.callback_data, "aria-busy": String(pending.has(press)) }, button.text);
  }
  if (button.copy_text) {
    return el("button", { ...style, type: "button", onclick: () => copy(button.copy_text.text) }, button.text, icon("copy"));
  }
  return el("button", { ...style, type: "button", disabled: true, title: "The playground does not know this kind of button." }, button.text);
};

const keyboard = (message, view) => {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  return el("div", { class: "keyboard", "data-testid": "keyboard" },
    ...rows.map((keys) => el("div", {}, ...keys.map((key) => keyOf(key, message, view)))));
};

/** A whole row: avatar (in groups), bubble, its menu, its buttons. `view` is {me, isGroup, pending}. */
export const drawn = (row, view) => {
  const [message] = row.messages;
  const isMine = message.from.id === view.me;
  const more = el(
    "button",
    { class: "quiet more", type: "button", "data-testid": "more", "aria-label": "What to do with this message", "aria-haspopup": "menu" },
    icon("more"),
  );
  const sides = [isMine ? "mine" : "theirs", row.first ? "first" : "", row.last ? "last" : ""];
  return el(
    "li",
    {
      class: `row ${sides.join(" ")}`,
      "data-testid": "message",
      "data-message-id": message.message_id,
      "data-holds": row.messages.map((each) => each.message_id).join(" "),
      "data-from": message.from.is_bot ? "bot" : "person",
    },
    view.isGroup && !isMine ? (row.last ? avatar({ id: message.from.id, name: message.from.first_name, isBot: message.from.is_bot }) : el("span", { class: "avatar none" })) : null,
    el("div", { class: "stack" }, bubble(row, { ...view, isMine }), keyboard(message, view)),
    more,
  );
};

const draftBubble = (draft) =>
  el("div", { class: "bubble draft" }, draft.text ? textOf(draft.text, draft.entities) : el("p", { class: "thinking" }, "Thinking…"));

const draftKeyboard = (draft) =>
  draft.can_stop
    ? el("div", { class: "keyboard" }, el("div", {}, el("button", { class: "key", type: "button", "data-testid": "stop", "data-stop": draft.draft_id }, icon("stop"), "Stop")))
    : null;

export const drawnDraft = (draft) =>
  el(
    "li",
    { class: "row theirs first last", "data-testid": "draft", "data-from": "bot" },
    el("div", { class: "stack" }, draftBubble(draft), draftKeyboard(draft)),
  );

/** The same row with what the draft says now: a Stop that is being pressed must not be another. */
export const redrawnDraft = (row, draft) => {
  const stop = row.querySelector("[data-stop]");
  row.querySelector(".bubble").replaceWith(draftBubble(draft));
  if (stop && draft.can_stop) stop.dataset.stop = draft.draft_id;
  else if (stop || draft.can_stop) row.querySelector(".stack").replaceChildren(...[draftBubble(draft), draftKeyboard(draft)].filter(Boolean));
  return row;
};
