/** Where one writes: a text that grows, photos to be sent, commands to choose from. */

import { summary } from "./bubbles.js";
import { $, el, icon, toast } from "./dom.js";

const PIECE = 4096; // core.telegram.org/bots/api#sendmessage; a client cuts a longer text by itself
const AS_PHOTO = /^image\/(jpeg|png|webp|gif|bmp)$/;

/** A long text in pieces that end at a line or a space where there is one. */
export const pieces = (text) => {
  const found = [];
  let rest = text.trim();
  while (rest.length > PIECE) {
    const head = rest.slice(0, PIECE);
    const breaks = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(" "));
    const half = /[\uD800-\uDBFF]$/.test(head) ? PIECE - 1 : PIECE;
    const cut = breaks > PIECE / 2 ? breaks : half;
    found.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest ? [...found, rest] : found;
};

export class Composer {
  /** `on` is {say, edit, photos, editLast}; the first three return a promise that may be rejected. */
  constructor(on) {
    this.on = on;
    this.area = $("text");
    this.chosen = [];
    this.context = null; // {kind: "reply" | "edit", message}
    this.commands = [];
    this.suffix = "";
    this.kept = new Map(); // what was begun in other chats
    this.listen();
    this.refresh();
  }

  listen() {
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.area.addEventListener("input", () => this.refresh());
    this.area.addEventListener("keydown", (event) => this.pressed(event));
    this.area.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length) { event.preventDefault(); this.choose(files); }
    });
    $("attach").addEventListener("click", () => $("files").click());
    $("files").addEventListener("change", () => { this.choose([...$("files").files]); $("files").value = ""; });
    $("context-close").addEventListener("click", () => this.leave());
    this.acceptDrops();
  }

  acceptDrops() {
    let depth = 0; // entering a child comes before leaving its parent
    const show = (by) => { depth = by === 0 ? 0 : depth + by; $("drop").hidden = depth <= 0; };
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    $("chat").addEventListener("dragenter", (event) => hasFiles(event) && show(1));
    $("chat").addEventListener("dragleave", (event) => hasFiles(event) && show(-1));
    addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      show(0);
      if (!$("chat").hidden) this.choose([...event.dataTransfer.files]);
    });
  }

  pressed(event) {
    if (event.isComposing) return; // Enter chooses a word there
    const open = !$("commands").hidden;
    const send = event.key === "Enter" && !event.shiftKey;
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) this.mark(this.marked + (event.key === "ArrowDown" ? 1 : -1));
    else if (open && event.key === "Tab") this.complete();
    else if (open && event.key === "Escape") $("commands").hidden = true;
    else if (open && send) this.run(this.matches[this.marked].command);
    else if (send) this.submit();
    else if (event.key === "Escape" && this.context) this.leave();
    else if (event.key === "ArrowUp" && !this.area.value && !this.context) this.on.editLast();
    else return;
    event.preventDefault();
  }

  /** Keep what was begun in one chat, bring back what was begun in the other. */
  turnTo(chat, { commands, suffix }) {
    if (this.chat !== undefined) this.kept.set(this.chat, { text: this.area.value, context: this.context, chosen: this.chosen });
    const { text = "", context = null, chosen = [] } = this.kept.get(chat) ?? {};
    Object.assign(this, { chat, commands, suffix, context, chosen });
    this.area.value = text;
    this.refresh();
  }

  knows(commands) {
    this.commands = commands;
    this.refresh();
  }

  reply(message) {
    this.context = { kind: "reply", message };
    this.refresh();
    this.area.focus();
  }

  edit(message) {
    this.context = { kind: "edit", message };
    this.area.value = message.text ?? message.caption ?? "";
    this.refresh();
    this.area.focus();
  }

  leave() {
    if (this.context?.kind === "edit") this.area.value = "";
    this.context = null;
    this.refresh();
    this.area.focus();
  }

  choose(files) {
    if (this.context?.kind === "edit") this.leave();
    this.chosen = [...this.chosen, ...files.filter((file) => file.size > 0)];
    if (files.some((file) => file.size === 0)) toast("An empty file cannot be sent.");
    this.refresh();
    this.area.focus();
  }

  async submit() {
    const { area, chosen, context } = this;
    const text = area.value;
    if (!text.trim() && !chosen.length) return;
    const asFile = $("as-file").checked;
    Object.assign(this, { chosen: [], context: null });
    area.value = "";
    this.refresh();
    try {
      const message = context?.message.message_id;
      if (context?.kind === "edit") await this.on.edit(message, text.trim());
      else if (chosen.length) await this.on.photos(chosen, { caption: text.trim(), asFile, replyTo: message });
      else await this.on.say(pieces(text), message);
    } catch (problem) {
      toast(problem.message);
      if (area.value) return; // something else was begun meanwhile
      Object.assign(this, { chosen, context });
      area.value = text;
      this.refresh();
    }
  }

  refresh() {
    this.grow();
    this.drawContext();
    this.drawChosen();
    this.drawCommands();
    const isEdit = this.context?.kind === "edit";
    $("send").disabled = !this.area.value.trim() && !this.chosen.length;
    $("send").setAttribute("aria-label", isEdit ? "Save" : "Send");
    $("send-icon").setAttribute("href", isEdit ? "#i-check" : "#i-send");
    $("attach").disabled = isEdit;
    this.area.placeholder = this.chosen.length ? "Add a caption" : "Message";
  }

  /** Browsers that know `field-sizing` do it by themselves. */
  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight}px`;
  }

  drawContext() {
    $("context").hidden = !this.context;
    if (!this.context) return;
    const { kind, message } = this.context;
    $("context-icon").setAttribute("href", `#i-${kind}`);
    $("context-title").textContent = kind === "edit" ? "Edit message" : `Reply to ${message.from.first_name}`;
    $("context-text").textContent = summary(message);
  }

  drawChosen() {
    $("chosen").hidden = !this.chosen.length;
    if (!this.chosen.length) $("as-file").checked = false;
    const forced = this.chosen.some((file) => !AS_PHOTO.test(file.type));
    if (forced) $("as-file").checked = true;
    $("as-file").disabled = forced;
    const count = this.chosen.length > 1 ? "files" : "a file";
    $("as-file-words").textContent = forced ? `Sent as ${count}` : `Send as ${count}, uncompressed`;
    for (const image of $("previews").querySelectorAll("img")) URL.revokeObjectURL(image.src);
    $("previews").replaceChildren(...this.chosen.map((file, index) => this.preview(file, index)));
  }

  preview(file, index) {
    const remove = () => {
      this.chosen = this.chosen.filter((_, at) => at !== index);
      this.refresh();
      this.area.focus();
    };
    const isPhoto = AS_PHOTO.test(file.type);
    return el(
      "li",
      { "data-testid": "preview", title: file.name },
      isPhoto ? el("img", { src: URL.createObjectURL(file), alt: file.name }) : el("span", {}, icon("file"), el("small", {}, file.name)),
      el("button", { type: "button", "data-testid": "preview-remove", "aria-label": `Remove ${file.name}`, onclick: remove }, icon("close")),
    );
  }

  drawCommands() {
    const word = /^\/(\w*)$/.exec(this.area.value);
    this.matches = word && !this.context && !this.chosen.length
      ? this.commands.filter(({ command }) => command.startsWith(word[1].toLowerCase()))
      : [];
    const list = $("commands");
    list.hidden = this.matches.length === 0;
    list.replaceChildren(
      ...this.matches.map(({ command, description }, index) =>
        el(
          "li",
          {
            role: "option", id: `command-${index}`, "data-testid": "command", "data-name": command,
            onpointerdown: (event) => event.preventDefault(), onclick: () => this.run(command),
          },
          el("strong", {}, `/${command}`), el("span", {}, description),
        )),
    );
    this.mark(0);
  }

  mark(index) {
    const items = [...$("commands").children];
    this.marked = items.length ? (index + items.length) % items.length : 0;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.marked)));
    if (items.length) this.area.setAttribute("aria-activedescendant", `command-${this.marked}`);
    else this.area.removeAttribute("aria-activedescendant");
    items[this.marked]?.scrollIntoView({ block: "nearest" });
  }

  complete() {
    this.area.value = `/${this.matches[this.marked].command} `;
    this.refresh();
  }

  run(command) {
    this.area.value = `/${command}${this.suffix}`;
    this.submit();
  }
}
