/** The left column: who you are, and your chats. */

import { summary } from "./bubbles.js";
import { $, avatar, clock, el } from "./dom.js";

const personItem = (person, { me, chat }) => {
  const isMe = person.id === me;
  // A real link: another tab can be another person. A group stays open, a private chat is one's own.
  const href = `?as=${person.id}${chat < 0 ? `#chat=${chat}` : ""}`;
  const title = person.username ? `@${person.username}, ${person.id}` : String(person.id);
  return el(
    "li",
    {},
    el(
      "a",
      { class: "person", href, title, "data-testid": "person", "data-person-id": person.id, "aria-current": isMe ? "true" : null },
      avatar({ id: person.id, name: person.first_name }),
      el("span", {}, person.first_name),
    ),
  );
};

const lastLine = (chat, { me, typing }) => {
  if (typing) return el("span", { class: "typing" }, typing);
  if (!chat.last) return el("span", {}, "No messages yet");
  const { from } = chat.last;
  const who = from.id === me ? "You: " : chat.type === "private" ? "" : `${from.first_name}: `;
  return el("span", {}, `${who}${summary(chat.last)}`);
};

const chatItem = (chat, view) => {
  const typing = view.typing.get(chat.id);
  return el(
    "li",
    {},
    el(
      "a",
      {
        class: "chat-item", href: `?as=${view.me}#chat=${chat.id}`, "data-testid": "chat", "data-chat-id": chat.id,
        "aria-current": chat.id === view.chat ? "true" : null,
      },
      avatar({ id: chat.id, name: chat.title, isBot: chat.type === "private" }),
      el(
        "span",
        { class: "chat-lines" },
        el("span", {}, el("strong", {}, chat.title), chat.last ? el("time", {}, clock(chat.last.date)) : null),
        el(
          "span",
          {},
          lastLine(chat, { me: view.me, typing }),
          chat.unread ? el("b", { class: "unread", "data-testid": "unread", "aria-label": `${chat.unread} unread` }, String(chat.unread)) : null,
        ),
      ),
    ),
  );
};

export const drawSidebar = (view) => {
  $("notice").textContent = view.notice;
  $("people").replaceChildren(...view.people.map((person) => personItem(person, view)));
  const latest = (chat) => chat.last?.message_id ?? 0;
  const chats = [...view.chats].sort((a, b) => latest(b) - latest(a));
  const focused = document.activeElement?.closest?.("[data-chat-id]")?.dataset.chatId;
  $("chats").replaceChildren(...chats.map((chat) => chatItem(chat, view)));
  if (focused) $("chats").querySelector(`[data-chat-id="${focused}"]`)?.focus({ preventScroll: true });
};
