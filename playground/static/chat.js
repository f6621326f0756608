/** The playground's page: one person's chats, kept up to date by a stream of events. */

import { prepareLightbox } from "./album.js";
import { apiOf } from "./api.js";
import { Composer } from "./composer.js";
import { $, alertWith, avatar, copy, toast } from "./dom.js";
import { prepareMenu } from "./menu.js";
import { plain } from "./rich.js";
import { drawSidebar } from "./sidebar.js";
import { Timeline } from "./timeline.js";

const DRAFT_TIME = 30_000; // core.telegram.org/bots/api#sendmessagedraft
const ACTION_TIME = 5_000; // core.telegram.org/bots/api#sendchataction
const ANSWER_TIME = 15_000; // a button stops waiting by itself
const RECONNECT_TIME = 2_000;
const DOING = { typing: "is typing…", upload_photo: "sends a photo…", upload_document: "sends a file…" };

const asked = Number(new URLSearchParams(location.search).get("as")) || null;
let api = apiOf(asked);
let state = null;
let open = null; // {id, messages, draft}
const typing = new Map(); // chat id → words
const timers = new Map();
const pending = new Set(); // "message:data" of pressed buttons
const catching = new Set(); // lists of what happened during a request
const queries = new Map(); // callback_query_id → "message:data", or the answer that came first

const later = (name, delay, action) => {
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(action, delay));
};

const told = async (promise) => {
  try {
    return await promise;
  } catch (problem) {
    toast(problem.message);
    return null;
  }
};

const chatOf = (id) => state.chats.find((chat) => chat.id === id);
const wanted = () => Number(new URLSearchParams(location.hash.slice(1)).get("chat")) || null;

// Drawing

const timeline = new Timeline();

const draw = () => {
  drawSidebar({ ...state, chat: open?.id ?? null, typing });
  const unread = state.chats.reduce((sum, chat) => sum + chat.unread, 0);
  const name = state.people.find((person) => person.id === state.me).first_name;
  document.title = `${unread ? `(${unread}) ` : ""}${name} · Teller playground`;
  $("app").dataset.pane = open ? "chat" : "list";
  $("chat").hidden = !open;
  if (open) drawChat(chatOf(open.id));
};

const drawChat = (chat) => {
  const isGroup = chat.type !== "private";
  $("bar-avatar").replaceChildren(avatar({ id: chat.id, name: chat.title, isBot: !isGroup }));
  $("title").textContent = chat.title;
  const words = typing.get(chat.id);
  $("subtitle").textContent = words ?? (isGroup ? `${chat.members} members` : "bot");
  $("subtitle").classList.toggle("typing", Boolean(words));
  timeline.draw(open.messages, open.draft, { me: state.me, isGroup, pending });
  const fresh = !isGroup && open.messages.length === 0;
  $("start").hidden = !fresh;
  $("start").textContent = "Start";
  $("messages").classList.toggle("empty", open.messages.length === 0);
};

// What is open

/** What happens while an answer is on its way may be missing in it: it is applied once more. */
const caughtUp = async (asking, take) => {
  const missed = [];
  catching.add(missed);
  const answer = await told(asking);
  catching.delete(missed);
  if (answer === null) return;
  take(answer);
  missed.forEach(apply);
  draw();
};

const load = (id) =>
  caughtUp(api.chat(id), ({ messages, draft }) => {
    if (open?.id !== id) return;
    Object.assign(open, { messages, draft });
    chatOf(id).unread = 0;
  });

const turnTo = async (id) => {
  const chat = id === null ? null : chatOf(id);
  if (!chat) {
    open = null;
    draw();
    return;
  }
  open = { id, messages: [], draft: null };
  timeline.clear();
  const suffix = chat.type === "private" ? "" : `@${state.bot.username}`;
  composer.turnTo(id, { commands: chat.commands, suffix });
  await load(id);
  if (matchMedia("(pointer: fine)").matches) $("text").focus();
};

const isWide = () => matchMedia("(min-width: 760px)").matches;

/** On a wide screen there is always a chat; the address says which. */
const follow = () => {
  const id = wanted();
  if (chatOf(id)) return open?.id === id ? undefined : turnTo(id);
  if (!isWide()) return turnTo(null);
  history.replaceState(null, "", `?as=${state.me}#chat=${state.me}`);
  return turnTo(state.me);
};

const reload = async () => {
  await caughtUp(api.state(), (fresh) => { state = fresh; });
  if (state === null) return;
  if (asked !== state.me) {
    history.replaceState(null, "", `?as=${state.me}${location.hash}`);
    api = apiOf(state.me);
  }
  if (open && chatOf(open.id)) {
    composer.knows(chatOf(open.id).commands);
    await load(open.id);
  } else await follow();
};

// What happens

const put = (message) => {
  const at = open.messages.findIndex((each) => each.message_id === message.message_id);
  if (at >= 0) open.messages[at] = message;
  else open.messages = [...open.messages, message].sort((a, b) => a.message_id - b.message_id);
  return at < 0;
};

const quiet = (id) => {
  typing.delete(id);
  clearTimeout(timers.get(`typing ${id}`));
};

const arrived = ({ chat_id: id, message }) => {
  const chat = chatOf(id);
  const isNew = message.message_id > (chat.last?.message_id ?? 0);
  if (isNew) chat.last = message;
  if (message.from.is_bot) quiet(id);
  if (open?.id !== id) {
    if (isNew && message.from.id !== state.me) chat.unread += 1;
    return;
  }
  if (!put(message)) return;
  open.draft = null;
  if (message.from.id !== state.me) timeline.arrived();
  if (document.visibilityState === "visible") later("read", 300, () => api.read(id).catch(() => {}));
};

const edited = ({ chat_id: id, message }) => {
  const chat = chatOf(id);
  if (chat.last?.message_id === message.message_id) chat.last = message;
  if (open?.id === id) put(message);
};

const deleted = ({ chat_id: id, message_ids: gone }) => {
  if (open?.id === id) open.messages = open.messages.filter((message) => !gone.includes(message.message_id));
  later("state", 100, reload); // the last message of the chat may be another now
};

const acted = ({ chat_id: id, action }) => {
  typing.set(id, `${state.bot.first_name} ${DOING[action] ?? "is busy…"}`);
  later(`typing ${id}`, ACTION_TIME, () => { typing.delete(id); draw(); });
};

const drafted = (draft) => {
  if (open?.id !== draft.chat_id) return;
  open.draft = draft;
  quiet(draft.chat_id);
  later("draft", DRAFT_TIME, () => { if (open?.draft === draft) { open.draft = null; draw(); } });
};

const undrafted = ({ chat_id: id, draft_id: number }) => {
  if (open?.id === id && open.draft?.draft_id === number) open.draft = null;
};

const release = (press) => {
  pending.delete(press);
  for (const key of document.querySelectorAll(`[data-press="${CSS.escape(press)}"]`)) key.setAttribute("aria-busy", "false");
};

const answered = (answer) => {
  const press = queries.get(answer.callback_query_id);
  if (press) release(press);
  queries.set(answer.callback_query_id, answer);
  if (!answer.text) return;
  if (answer.show_alert) alertWith(answer.text);
  else toast(answer.text, { testid: "answer" });
};

const HAPPENS = {
  message: arrived, edit: edited, delete: deleted, action: acted, draft: drafted, undraft: undrafted,
  answer: answered,
  commands: () => later("state", 50, reload),
};

const apply = (event) => {
  if (event.chat_id !== undefined && !chatOf(event.chat_id)) later("state", 50, reload);
  else HAPPENS[event.kind]?.(event);
};

const listen = () => {
  const events = api.events();
  // Whatever was missed while nobody listened is in the state.
  events.onopen = () => { $("offline").hidden = true; later("state", 0, reload); };
  events.onerror = () => {
    $("offline").hidden = false;
    if (events.readyState !== EventSource.CLOSED) return; // it connects again by itself
    if (state === null) api = apiOf(null); // nobody of that number: be the first one
    later("listen", RECONNECT_TIME, listen);
  };
  events.onmessage = ({ data }) => {
    if (state === null) return;
    const event = JSON.parse(data);
    for (const missed of catching) missed.push(event);
    apply(event);
    draw();
  };
};

// What one does

const say = async (texts, replyTo) => {
  const { id } = open;
  timeline.toBottom();
  for (const [index, text] of texts.entries()) {
    const message = await api.say(id, text, index === 0 ? replyTo : undefined);
    arrived({ chat_id: id, message });
    draw();
  }
};

const press = async (button) => {
  const message = Number(button.closest("[data-message-id]").dataset.messageId);
  const { press: name, data } = button.dataset;
  if (pending.has(name)) return;
  pending.add(name);
  button.setAttribute("aria-busy", "true");
  const asking = await told(api.press(open.id, message, data));
  // The answer may have come over the stream before the press was confirmed.
  if (asking === null || queries.has(asking.callback_query_id)) return release(name);
  queries.set(asking.callback_query_id, name);
  setTimeout(() => release(name), ANSWER_TIME);
};

const messageOf = (row) => open.messages.find((each) => each.message_id === Number(row.dataset.messageId));
const isMine = (message) => message.from.id === state.me && (message.text || message.caption);

const composer = new Composer({
  say,
  edit: async (id, text) => edited({ chat_id: open.id, message: await api.edit(open.id, id, text) }),
  photos: (files, options) => { timeline.toBottom(); return api.photos(open.id, files, options); },
  editLast: () => {
    const last = open.messages.findLast(isMine);
    if (last) composer.edit(last);
  },
});

prepareLightbox();
prepareMenu($("messages"), (row) => {
  const message = messageOf(row);
  const words = message.text ?? message.caption ?? (message.rich_message && plain(message.rich_message));
  return [
    ["reply", "Reply", () => composer.reply(message)],
    ...(words ? [["copy", "Copy", () => copy(words)]] : []),
    ...(isMine(message) ? [["edit", "Edit", () => composer.edit(message)]] : []),
  ];
});

$("messages").addEventListener("click", (event) => {
  const target = event.target.closest("[data-press], [data-goto], [data-command], [data-stop]");
  if (!target || !open) return;
  const { press: pressed, goto, command, stop } = target.dataset;
  if (pressed) press(target);
  else if (goto) timeline.show(goto);
  else if (command) told(say([command]));
  else if (stop) told(api.stop(open.id, Number(stop)));
});
$("start").addEventListener("click", () => told(say(["/start"])));
$("back").addEventListener("click", () => { history.pushState(null, "", `?as=${state.me}`); turnTo(null); });
addEventListener("popstate", () => state && follow());
addEventListener("hashchange", () => state && follow());
addEventListener("visibilitychange", () => {
  if (open && document.visibilityState === "visible") told(api.read(open.id));
});
matchMedia("(min-width: 760px)").addEventListener("change", () => state && follow());

listen();
