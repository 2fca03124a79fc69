// The credentials of a partner's programs in one mode. A secret is shown once, right after it was made.

import { element } from "../dom.js";
import { heading } from "../room/pieces.js";
import { day, moment } from "../words.js";
import { SCOPES, consoleSentence } from "./partner-words.js";
import { OVERLAPS, ask, choice, copyable, facts } from "./parts.js";
import { sectionAddress } from "./places.js";

/** @typedef {import("./partner-api.js").Client} Client */
/** @typedef {import("./partners.js").Around} Around */
/** @typedef {import("./partners.js").View} View */

const MOST_NAME = 100;

/**
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function clientsView(around) {
  const { clients } = await around.api.listClients();
  const title = "Clients";
  const add = element("button", { type: "button", class: "main", onclick: () => make(around) }, "Add a client");
  const words =
    "A client is a program of yours that calls us: by its id and secret it gets a token for 15 minutes (OAuth 2, client credentials).";
  const content = [element("div", { class: "bar" }, heading(title), add), element("p", { class: "hint" }, words)];
  if (clients.length === 0) return { title, content: [...content, element("p", { class: "empty" }, "None yet.")] };
  return { title, content: [...content, element("ul", { class: "clients" }, ...clients.map((client) => item(around, client)))] };
}

/**
 * @param {Around} around
 * @param {Client} client
 */
function item(around, client) {
  return element(
    "li",
    { class: "card" },
    element("h2", {}, client.name || client.clientId),
    facts([
      ["Id", element("code", {}, client.clientId)],
      ["May", element("ul", {}, ...client.scopes.map((scope) => element("li", {}, SCOPES[scope] ?? scope)))],
      ["Made", day(client.createdAt)],
      ["Last used", client.lastUsedDay ? day(client.lastUsedDay) : "Not yet"],
      ...client.secrets.flatMap(({ endsAt }) => (endsAt === null ? [] : [/** @type {[string, string]} */ (["Old secret", `works until ${moment(endsAt)}`])])),
    ]),
    element(
      "p",
      { class: "actions" },
      element("button", { type: "button", "aria-label": `Rotate the secret of ${client.name}`, onclick: () => rotate(around, client) }, "Rotate the secret"),
      element("button", { type: "button", class: "quiet", "aria-label": `Remove ${client.name}`, onclick: () => remove(around, client) }, "Remove"),
    ),
  );
}

/** @param {Around} around */
function make(around) {
  const name = element("input", { type: "text", required: true, maxlength: String(MOST_NAME), autocomplete: "off" });
  const boxes = Object.keys(SCOPES).map((scope) => element("input", { type: "checkbox", value: scope, checked: scope === "webhooks:read" }));
  const scopes = element(
    "fieldset",
    { class: "choices" },
    element("legend", {}, "It may"),
    ...boxes.map((box) => element("label", { class: "choice" }, box, SCOPES[box.value])),
  );
  ask({
    title: "Add a client",
    words: "Give each program its own client with no more than it needs, so that one can be removed without the others.",
    more: element("div", { class: "asked" }, element("label", {}, "Name", name), scopes),
    yes: "Add the client",
    act: async () => {
      const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
      const made = await around.api.createClient({ name: name.value.trim(), scopes: chosen });
      return () => show(around, made, "The client is there");
    },
    inWords: consoleSentence,
  });
}

/**
 * @param {Around} around
 * @param {Client} client
 */
function rotate(around, client) {
  const { select, element: field } = choice("The old secret works beside it", OVERLAPS, "24");
  ask({
    title: "Rotate the secret?",
    words: "The client gets a new secret. Put it into your program before the old one ends.",
    more: field,
    yes: "Rotate",
    act: async () => {
      const made = await around.api.rotateClient(client.clientId, Number(select.value));
      return () => show(around, made, "There is a new secret");
    },
    inWords: consoleSentence,
  });
}

/**
 * The one time that a secret is seen.
 * @param {Around} around
 * @param {import("./partner-api.js").ShownClient} made
 * @param {string} title
 */
function show({ mode, go }, made, title) {
  ask({
    title,
    words: "Keep the secret now, where only your program reads it. It is not shown again: we keep no more than its hash.",
    more: element("div", { class: "asked" }, copyable("Client id", made.client.clientId), copyable("Client secret", made.clientSecret)),
    yes: "I have kept it",
    act: async () => undefined,
    closed: () => go(sectionAddress(mode, "clients"), `${title}.`),
    inWords: consoleSentence,
  });
}

/**
 * @param {Around} around
 * @param {Client} client
 */
function remove({ api, mode, go }, client) {
  ask({
    title: `Remove ${client.name || client.clientId}?`,
    words: "Its secrets and tokens stop working within seconds. This cannot be taken back.",
    yes: "Remove it",
    act: async () => {
      await api.deleteClient(client.clientId);
      go(sectionAddress(mode, "clients"), "Removed.");
    },
    inWords: consoleSentence,
  });
}
