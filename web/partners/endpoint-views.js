// A partner's endpoints in one mode: the list, one of them with what can be done to it, and the form that makes or changes one.

import { element, press } from "../dom.js";
import { Refusal } from "../refusal.js";
import { Form } from "../room/form.js";
import { back, counted, heading } from "../room/pieces.js";
import { asRefusal, moment } from "../words.js";
import { deliveriesOf } from "./delivery-views.js";
import { TEST, consoleSentence, reasonInWords, statusInWords, typesInWords } from "./partner-words.js";
import { OVERLAPS, ask, badge, choice, copyable, facts, newKey } from "./parts.js";
import { NEW, deliveryAddress, editAddress, endpointAddress, sectionAddress } from "./places.js";
import { TypesChoice } from "./types.js";

/** @typedef {import("./partner-api.js").Endpoint} Endpoint */
/** @typedef {import("./partners.js").Around} Around */
/** @typedef {import("./partners.js").View} View */

/** @type {Record<string, import("../room/fields.js").Bounds>} what the service takes; a test compares */
const BOUNDS = { url: { maxLength: 2048 }, description: { maxLength: 200 } };

/**
 * The list of endpoints.
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function endpointsView({ api, mode }) {
  const { endpoints } = await api.listEndpoints();
  const add = element("a", { class: "button main", href: endpointAddress(mode, NEW) }, "Add an endpoint");
  const title = "Endpoints";
  if (endpoints.length === 0) {
    const words = "An endpoint is an address of yours that events are sent to. Add one, then send it a test.";
    return { title, content: [heading(title), element("p", { class: "empty" }, words), add] };
  }
  const list = element("ul", { class: "endpoints" }, ...endpoints.map((endpoint) => item(endpoint, mode)));
  return { title, content: [element("div", { class: "bar" }, heading(title), add), list] };
}

/**
 * @param {Endpoint} endpoint
 * @param {import("./places.js").Mode} mode
 */
function item(endpoint, mode) {
  const troubled = endpoint.status === "active" && endpoint.health.failures > 0;
  return element(
    "li",
    {},
    element(
      "a",
      { class: "endpoint", href: endpointAddress(mode, endpoint.endpointId) },
      element("span", { class: "words" }, element("strong", {}, endpoint.url), element("small", {}, about(endpoint))),
      troubled ? element("span", { class: "badge bad" }, "Failing") : badge(statusInWords(endpoint.status)),
    ),
  );
}

/** @param {Endpoint} endpoint */
function about({ description, types }) {
  const wanted = types.length > 3 ? counted(types.length, "kind of event", "kinds of event") : typesInWords(types);
  return description ? `${description} · ${wanted}` : wanted;
}

/**
 * One endpoint: how it is, what can be done to it, and what was sent to it.
 * @param {Around} around
 * @param {string} endpointId
 * @returns {Promise<View>}
 */
export async function endpointView(around, endpointId) {
  const { api, mode } = around;
  const [endpoint, { eventTypes }] = await Promise.all([api.getEndpoint(endpointId), api.listEventTypes()]);
  const log = await deliveriesOf(around, endpoint, eventTypes);
  return {
    title: endpoint.url,
    content: [
      back(sectionAddress(mode, "endpoints"), "Endpoints"),
      element("div", { class: "bar" }, heading(endpoint.url), badge(statusInWords(endpoint.status))),
      ...trouble(endpoint),
      facts([
        ["What for", endpoint.description],
        ["Events", typesInWords(endpoint.types)],
        ["Since", moment(endpoint.createdAt)],
      ]),
      actions(around, endpoint, eventTypes),
      secret(around, endpoint),
      ...log,
    ],
  };
}

/** @param {Endpoint} endpoint */
function trouble({ status, reason, health: { failures, failingSince } }) {
  if (status === "disabled") {
    const words = `${reasonInWords(reason)} Mend the receiver, enable the endpoint again, then replay what failed.`;
    return [element("p", { class: "card bad" }, words)];
  }
  if (failures === 0 || failingSince === null) return [];
  const words = `Nothing has come through since ${moment(failingSince)}. Each delivery is tried again for about three days.`;
  return [element("p", { class: "card bad" }, words)];
}

/**
 * @param {Around} around
 * @param {Endpoint} endpoint
 * @param {import("./partner-api.js").EventType[]} known
 */
function actions({ api, mode, go, notices }, endpoint, known) {
  const here = endpointAddress(mode, endpoint.endpointId);
  const { url, description, types, status } = endpoint;
  /**
   * @param {"active" | "paused"} next
   * @param {string} said
   */
  const turn = (next, said) =>
    press(async () => {
      try {
        await api.putEndpoint(endpoint.endpointId, { url, description, types, status: next });
        go(here, said);
      } catch (error) {
        notices.complain(asRefusal(error));
      }
    });
  const [label, next, said] = {
    active: /** @type {const} */ (["Pause", "paused", "Paused. What happens meanwhile is held back; a replay sends it."]),
    paused: /** @type {const} */ (["Go on", "active", "Active again. Replay what was held back if you want it."]),
    disabled: /** @type {const} */ (["Enable again", "active", "Active again. Replay what failed if you want it."]),
  }[status];
  return element(
    "p",
    { class: "actions" },
    element("button", { type: "button", onclick: () => sendTest({ api, mode, go }, endpoint, known) }, "Send a test"),
    element("button", { type: "button", onclick: turn(next, said) }, label),
    element("a", { class: "button quiet", href: editAddress(mode, endpoint.endpointId) }, "Edit"),
    element("button", { type: "button", class: "quiet", onclick: () => remove({ api, mode, go }, endpoint) }, "Delete"),
  );
}

/**
 * @param {Pick<Around, "api" | "mode" | "go">} around
 * @param {Endpoint} endpoint
 * @param {import("./partner-api.js").EventType[]} known
 */
function sendTest({ api, mode, go }, { endpointId }, known) {
  const names = [...new Set([TEST, ...known.map(({ type }) => type)])];
  const { select, element: field } = choice("Event", names.map((name) => [name, name]), TEST);
  const what = mode === "live" ? "An event that only says that the endpoint is tried" : "A made-up event of the type that you choose";
  ask({
    title: "Send a test",
    words: `${what} is sent once, signed like any other, whatever the endpoint wants and even while it is paused.`,
    more: mode === "live" ? undefined : field,
    yes: "Send",
    act: async () => {
      const delivery = await api.testEndpoint(endpointId, select.value);
      go(deliveryAddress(mode, endpointId, delivery.deliveryId), "The test is on its way.");
    },
    inWords: consoleSentence,
  });
}

/**
 * @param {Pick<Around, "api" | "mode" | "go">} around
 * @param {Endpoint} endpoint
 */
function remove({ api, mode, go }, { endpointId, url }) {
  ask({
    title: "Delete this endpoint?",
    words: `Nothing more is sent to ${url}, and what was sent to it can no longer be read. This cannot be taken back.`,
    yes: "Delete it",
    act: async () => {
      await api.deleteEndpoint(endpointId);
      go(sectionAddress(mode, "endpoints"), "Deleted.");
    },
    inWords: consoleSentence,
  });
}

/**
 * The secret: not shown before it is asked for, and rotated with an overlap.
 * @param {Around} around
 * @param {Endpoint} endpoint
 */
function secret({ api, mode, go, notices }, { endpointId }) {
  const place = element("div", { hidden: true });
  const show = press(async () => {
    try {
      const { secret: value, formerUntil } = await notices.patiently(api.getSecret(endpointId));
      const former = formerUntil !== null && element("p", {}, `The one before signs too, until ${moment(formerUntil)}.`);
      place.replaceChildren(copyable("Signing secret", value), former || "");
      buttons[0].hidden = true;
      place.hidden = false;
      place.querySelector("input")?.focus();
    } catch (error) {
      notices.complain(asRefusal(error));
    }
  });
  const { select, element: field } = choice("The old secret goes on beside it", OVERLAPS, "24");
  const rotate = () =>
    ask({
      title: "Rotate the secret?",
      words: "Every message is signed with a new secret from now on, and with the old one as well for as long as you say.",
      more: field,
      yes: "Rotate",
      act: async () => {
        await api.rotateSecret(endpointId, Number(select.value));
        go(endpointAddress(mode, endpointId), "There is a new secret. Give it to your receiver before the old one ends.");
      },
      inWords: consoleSentence,
    });
  const buttons = [
    element("button", { type: "button", onclick: show }, "Show the secret"),
    element("button", { type: "button", class: "quiet", onclick: rotate }, "Rotate"),
  ];
  return element(
    "section",
    { class: "card", "aria-labelledby": "secret-title" },
    element("h2", { id: "secret-title" }, "Signing secret"),
    element("p", { class: "hint" }, "Your receiver verifies with it that a message is ours, with any Standard Webhooks library."),
    place,
    element("p", { class: "actions" }, ...buttons),
  );
}

/**
 * What is wrong with an address belongs to its field.
 * @param {unknown} error
 * @returns {never}
 */
function atField(error) {
  const refusal = asRefusal(error);
  if (refusal.code !== "endpoint_address_refused") throw refusal;
  const { code, status, title, detail, members } = refusal;
  throw new Refusal(code, { status, title, detail, members: { ...members, where: "url" }, cause: refusal });
}

/**
 * The form of an endpoint; without one, of a new one.
 * @param {Around} around
 * @param {string | null} endpointId
 * @returns {Promise<View>}
 */
export async function endpointFormView({ api, mode, go }, endpointId) {
  const [endpoint, { eventTypes }] = await Promise.all([endpointId === null ? null : api.getEndpoint(endpointId), api.listEventTypes()]);
  const types = new TypesChoice(eventTypes, endpoint?.types ?? ["*"]);
  const begun = JSON.stringify(types.value);
  const key = newKey();
  let saved = false;
  const form = new Form({
    prefix: "endpoint",
    groups: [
      {
        title: "The endpoint",
        specs: [
          {
            name: "url",
            label: "Address",
            kind: "text",
            pattern: /^https:\/\//,
            example: "https://hooks.example.com/cliffhanger",
            hint: "HTTPS, at a public address. Events are posted to it as JSON.",
          },
          { name: "description", label: "What for", kind: "text", optional: true, hint: "For yourselves; at most 200 characters." },
        ],
      },
    ],
    extra: types.element,
    bounds: BOUNDS,
    inWords: consoleSentence,
    submit: endpoint === null ? "Add the endpoint" : "Save",
    values: { url: endpoint?.url ?? "", description: endpoint?.description || null },
    save: async ({ url, description }) => {
      if (!types.check()) return;
      const terms = { url: String(url), description: String(description ?? ""), types: types.value };
      // A disabled one stays so: enabling it again is a press of its own.
      const made =
        endpoint === null
          ? await api.createEndpoint(terms, key).catch(atField)
          : await api.putEndpoint(endpoint.endpointId, { ...terms, status: endpoint.status === "active" ? "active" : "paused" }).catch(atField);
      saved = true;
      go(endpointAddress(mode, made.endpointId), endpoint === null ? "The endpoint is there. Give its secret to your receiver, then send a test. Events come to it after ten seconds." : "Saved.");
    },
  });
  const title = endpoint === null ? "Add an endpoint" : "Edit the endpoint";
  const from = endpoint === null ? back(sectionAddress(mode, "endpoints"), "Endpoints") : back(endpointAddress(mode, endpoint.endpointId), endpoint.url);
  return {
    title,
    content: [from, heading(title), form.element],
    isDirty: () => !saved && (form.dirty || JSON.stringify(types.value) !== begun),
  };
}
