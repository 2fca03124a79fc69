// The catalogue of events: what each means, an example, its schema, and in the sandbox a button that sends one.

import { element, press } from "../dom.js";
import { counted, heading } from "../room/pieces.js";
import { asRefusal } from "../words.js";
import { json } from "./parts.js";

/** @typedef {import("./partner-api.js").EventType} EventType */
/** @typedef {import("./partners.js").Around} Around */
/** @typedef {import("./partners.js").View} View */

/**
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function eventsView(around) {
  const { eventTypes } = await around.api.listEventTypes();
  const title = "Events";
  const words =
    around.mode === "sandbox"
      ? "What can be told. “Send one” makes an event up and sends it to your sandbox endpoints that want it."
      : "What can be told. Made-up ones are sent in the sandbox, and to one endpoint as a test.";
  return {
    title,
    content: [
      heading(title),
      element("p", { class: "hint" }, words),
      element("ul", { class: "event-types" }, ...eventTypes.map((kind) => element("li", {}, item(around, kind)))),
    ],
  };
}

/**
 * @param {Around} around
 * @param {EventType} kind
 */
function item({ api, mode, notices }, { type, version, description, source, schema, example }) {
  const send = press(async () => {
    try {
      const { deliveries } = await notices.patiently(api.sendEvent(type));
      notices.say(deliveries === 0 ? `No sandbox endpoint wants ${type}.` : `${type} is on its way to ${counted(deliveries, "endpoint")}.`);
    } catch (error) {
      notices.complain(asRefusal(error));
    }
  });
  return element(
    "details",
    { class: "card" },
    element("summary", {}, element("span", { class: "words" }, element("strong", {}, type), element("small", {}, description)), version > 1 && element("span", { class: "badge" }, `Version ${version}`)),
    element("p", { class: "soft" }, `Told by: ${source}.`),
    element("h2", {}, "An example"),
    json(example),
    element("details", {}, element("summary", {}, "JSON Schema"), json(schema)),
    mode === "sandbox" && element("p", {}, element("button", { type: "button", "aria-label": `Send one ${type}`, onclick: send }, "Send one")),
  );
}
