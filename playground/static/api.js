/** The playground's own JSON API, as one person. */

/** A sentence from the server, fit to be shown. */
export class Problem extends Error {}

const answered = async (response) => {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(body.error ?? "The playground did not answer as it should.");
  return body;
};

const asked = async (path, options) => {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw new Problem("The playground does not answer.", { cause: error });
  }
  return answered(response);
};

const json = (method, body) => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export const file = (fileId) => `files/${encodeURIComponent(fileId)}`;

export const apiOf = (me) => {
  const as = (path) => (me === null ? path : `${path}?as=${me}`);
  return {
    state: () => asked(as("state")),
    chat: (chat) => asked(as(`chats/${chat}`)),
    say: (chat, text, replyTo) => asked(as(`chats/${chat}/messages`), json("POST", { text, reply_to: replyTo })),
    edit: (chat, message, text) => asked(as(`chats/${chat}/messages/${message}`), json("PATCH", { text })),
    press: (chat, message, data) => asked(as(`chats/${chat}/press`), json("POST", { message_id: message, data })),
    stop: (chat, draft) => asked(as(`chats/${chat}/stop`), json("POST", { draft_id: draft })),
    read: (chat) => asked(as(`chats/${chat}/read`), json("POST", {})),
    photos: (chat, files, { caption, asFile, replyTo }) => {
      const form = new FormData();
      for (const each of files) form.append("files", each, each.name);
      form.append("caption", caption);
      if (asFile) form.append("as_file", "1");
      if (replyTo) form.append("reply_to", replyTo);
      return asked(as(`chats/${chat}/photos`), { method: "POST", body: form });
    },
    events: () => new EventSource(as("events")),
  };
};
