// What was sent to an endpoint: the list with its filters, replays, and one delivery with every attempt.

import { element, press } from "../dom.js";
import { back, heading } from "../room/pieces.js";
import { asRefusal, moment } from "../words.js";
import { STATE_CHOICES, consoleSentence, milliseconds, outcomeInWords, second, stateInWords, untilInWords } from "./partner-words.js";
import { ask, badge, choice, facts, json, newKey, pages, table } from "./parts.js";
import { deliveryAddress, endpointAddress } from "./places.js";

/** @typedef {import("./partner-api.js").Delivery} Delivery */
/** @typedef {import("./partner-api.js").WholeDelivery} WholeDelivery */
/** @typedef {import("./partner-api.js").Endpoint} Endpoint */
/** @typedef {import("./partners.js").Around} Around */
/** @typedef {import("./partners.js").View} View */

const HOUR_MS = 3_600_000;
/** @type {[string, string][]} hours back, and their words */
const PERIODS = [
  ["1", "The last hour"],
  ["24", "The last day"],
  ["168", "The last 7 days"],
  ["720", "The last 30 days"],
];
const EVERY = "";
/** After a press that sends something, the page looks so long after what became of it, in ms after each other. */
const LOOKS_MS = [400, 600, 1_000, 2_000, 3_000, 4_000, 6_000];
/** A replay begins within a minute. */
const REPLAY_LOOKS_MS = [...LOOKS_MS, 10_000, 10_000, 15_000, 15_000, 20_000];

/**
 * The log of an endpoint, with its filters and its replays.
 * @param {Around} around
 * @param {Endpoint} endpoint
 * @param {import("./partner-api.js").EventType[]} known
 */
export async function deliveriesOf(around, endpoint, known) {
  const { api, mode, notices } = around;
  const { endpointId } = endpoint;
  const types = [...new Set(known.map(({ type }) => type))];
  const state = choice("Status", [[EVERY, "Any"], ...STATE_CHOICES]);
  const type = choice("Event", [[EVERY, "Any"], ...types.map((name) => /** @type {[string, string]} */ ([name, name]))]);
  const period = choice("When", PERIODS, "720");
  const filter = () => ({
    status: /** @type {import("./partner-api.js").State | null} */ (state.select.value || null),
    type: type.select.value || null,
    since: new Date(Date.now() - Number(period.select.value) * HOUR_MS).toISOString(),
    until: null,
  });
  let chosen = filter();
  const log = pages({
    table: table("Deliveries, newest first", ["Event", "Status", "Happened", "Attempts"]),
    read: async (cursor) => {
      const { deliveries, nextCursor } = await api.listDeliveries(endpointId, chosen, cursor);
      return { items: deliveries, nextCursor };
    },
    row: (delivery) => [
      element("a", { href: deliveryAddress(mode, endpointId, delivery.deliveryId) }, delivery.type, delivery.test && element("small", {}, " test")),
      badge(stateInWords(delivery)),
      element("time", { datetime: delivery.occurredAt }, second(delivery.occurredAt)),
      String(delivery.attempts),
    ],
    none: () => (state.select.value || type.select.value ? "Nothing that fits." : "Nothing has been sent in this time. Send a test to see one."),
    notices,
  });
  const look = async () => {
    chosen = filter();
    await log.begin().catch((error) => notices.complain(asRefusal(error)));
  };
  const filters = element("div", { class: "filters", role: "group", "aria-label": "Which deliveries" }, state.element, type.element, period.element);
  filters.addEventListener("change", look);
  await log.begin();
  return [
    element(
      "div",
      { class: "bar" },
      element("h2", {}, "Deliveries"),
      element(
        "p",
        { class: "actions" },
        element("button", { type: "button", class: "quiet", onclick: press(look) }, "Look again"),
        element("button", { type: "button", class: "quiet", onclick: () => replayMany(around, endpoint, look) }, "Replay …"),
      ),
    ),
    filters,
    log.element,
  ];
}

/**
 * Replays all of a time, or what failed in it.
 * @param {Around} around
 * @param {Endpoint} endpoint
 * @param {() => Promise<void>} look
 */
function replayMany({ api, notices }, { endpointId }, look) {
  const only = choice("Which", [["failed", "What failed or was held back"], ["all", "Everything, delivered or not"]]);
  const since = element("input", { type: "datetime-local", step: "60", required: true, value: local(Date.now() - 24 * HOUR_MS) });
  const until = element("input", { type: "datetime-local", step: "60" });
  const key = newKey();
  ask({
    title: "Replay deliveries",
    words: "Each is sent again under its own id, so that a receiver that has seen it can tell. What was sent is kept for 30 days.",
    more: element(
      "div",
      { class: "asked" },
      only.element,
      element("label", {}, "Happened since", since),
      element("label", {}, element("span", {}, "Until", element("small", {}, " optional; now when empty")), until),
    ),
    yes: "Replay",
    act: async () => {
      const range = { since: instant(since.value), ...(until.value === "" ? {} : { until: instant(until.value) }) };
      const begun = await api.replayAll(endpointId, { ...range, status: only.select.value === "all" ? "all" : "failed" }, key);
      notices.say("The replay begins within a minute.");
      follow(
        () => api.getReplay(endpointId, begun.replayId),
        ({ status }) => status === "done",
        REPLAY_LOOKS_MS,
      ).then(async ({ status, sent }) => {
        await look();
        notices.say(status === "done" ? `The replay has sent ${sent}.` : `The replay has sent ${sent} so far, and goes on.`);
      }, (error) => notices.complain(asRefusal(error)));
    },
    inWords: consoleSentence,
  });
}

/**
 * One delivery: what was sent, and what each attempt came to.
 * @param {Around} around
 * @param {string} endpointId
 * @param {string} deliveryId
 * @returns {Promise<View>}
 */
export async function deliveryView({ api, mode, notices }, endpointId, deliveryId) {
  const read = () => api.getDelivery(endpointId, deliveryId);
  const first = await read();
  const place = element("div", { class: "delivery" });
  let there = true;
  /** @param {WholeDelivery} delivery */
  const show = (delivery) => there && place.replaceChildren(...whole(delivery));
  /** @param {number} attempts that had been made */
  const watch = (attempts) =>
    follow(read, (now) => {
      show(now);
      return !there || (now.delivery.status !== "pending" && now.delivery.attempts > 0) || now.delivery.attempts > attempts;
    }, LOOKS_MS);
  const look = press(() => read().then(show, (error) => notices.complain(asRefusal(error))));
  const replay = press(async () => {
    try {
      const { attempts } = await api.replay(endpointId, deliveryId);
      notices.say("It is being sent again.");
      await watch(attempts);
    } catch (error) {
      notices.complain(asRefusal(error));
    }
  });
  show(first);
  const { type, status, attempts } = first.delivery;
  // A test has just been sent as likely as not: its outcome comes by itself.
  if (status === "pending" && attempts === 0) watch(0).catch((error) => notices.complain(asRefusal(error)));
  return {
    title: type,
    content: [
      back(endpointAddress(mode, endpointId), "The endpoint"),
      heading(type),
      element(
        "p",
        { class: "actions" },
        element("button", { type: "button", onclick: replay }, "Send it again"),
        element("button", { type: "button", class: "quiet", onclick: look }, "Look again"),
      ),
      place,
    ],
    leave: () => {
      there = false;
    },
  };
}

/** @param {WholeDelivery} shown */
function whole({ delivery, body, attempts }) {
  const next = delivery.status === "pending" && delivery.attempts > 0 && delivery.nextAttemptAt !== null;
  return [
    facts([
      ["Status", badge(stateInWords(delivery))],
      ["Happened", moment(delivery.occurredAt)],
      ["Message id", element("code", {}, delivery.eventId)],
      ["Next attempt", next && `${second(delivery.nextAttemptAt ?? "")} (${untilInWords(delivery.nextAttemptAt ?? "")})`],
    ]),
    element("h2", {}, "Attempts"),
    attemptsList(attempts, delivery.attempts),
    element("h2", {}, "What is sent"),
    json(pretty(body)),
  ];
}

/**
 * @param {import("./partner-api.js").Attempt[]} kept
 * @param {number} made
 */
function attemptsList(kept, made) {
  if (kept.length === 0) return element("p", { class: "empty" }, "None yet.");
  const newest = [...kept].reverse();
  const older = made > kept.length && element("li", { class: "soft" }, `${made - kept.length} before are no longer kept.`);
  return element("ol", { class: "attempts" }, ...newest.map((attempt) => element("li", {}, ...one(attempt))), older);
}

/**
 * The body as it was sent, with line breaks for the eye.
 * @param {string} body
 */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** @param {import("./partner-api.js").Attempt} attempt */
function one(attempt) {
  const good = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
  return [
    element(
      "p",
      { class: "attempt" },
      element("strong", { class: good ? "good-news" : "bad-news" }, outcomeInWords(attempt)),
      element("span", {}, `after ${milliseconds(attempt.millis)}`),
      element("time", { datetime: attempt.at, class: "soft" }, second(attempt.at)),
    ),
    attempt.answer !== "" && element("pre", { tabindex: "0", "aria-label": "The answer's beginning" }, attempt.answer),
  ];
}

/**
 * Reads again, ever more slowly, until it is enough or the time for it is over.
 * @template T
 * @param {() => Promise<T>} read
 * @param {(now: T) => boolean} enough
 * @param {number[]} waits
 */
async function follow(read, enough, waits) {
  let now = await read();
  for (const wait of waits) {
    if (enough(now)) break;
    await new Promise((resolve) => setTimeout(resolve, wait));
    now = await read();
  }
  return now;
}

/** @param {number} at milliseconds, as a control of type `datetime-local` takes it */
function local(at) {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {string} text of such a control */
function instant(text) {
  return new Date(text).toISOString();
}
