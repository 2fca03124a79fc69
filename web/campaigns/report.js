// A campaign's days as a picture and as CSV, both from the report alone.

import { element } from "../dom.js";
import { dayOf } from "../partners/chart.js";

/** @typedef {import("./campaign-api.js").Day} Day */
/** @typedef {import("./campaign-api.js").Numbers} Numbers */

const SPACE = "http://www.w3.org/2000/svg";
const WIDE = 600;
const HIGH = 200;
const MOST_DOTS = 31;

/** @type {[string, string, (numbers: Numbers) => number][]} words, the line's class, and its numbers */
export const SERIES = [
  ["Claimed", "claimed", (numbers) => numbers.claimedCoins],
  ["Confirmed", "confirmed", (numbers) => numbers.confirmedCoins],
  ["Clawed back", "taken", (numbers) => numbers.clawedBackCoins],
];

/** @type {[string, (day: Day) => string | number][]} */
const COLUMNS = [
  ["day", ({ day }) => day],
  ["claims", ({ numbers }) => numbers.claims],
  ["confirmations", ({ numbers }) => numbers.confirmations],
  ["returns", ({ numbers }) => numbers.returns],
  ["claimed_coins", ({ numbers }) => numbers.claimedCoins],
  ["confirmed_coins", ({ numbers }) => numbers.confirmedCoins],
  ["clawed_back_coins", ({ numbers }) => numbers.clawedBackCoins],
  ["funded_coins", ({ numbers }) => numbers.fundedCoins],
  ["given_back_coins", ({ numbers }) => numbers.givenBackCoins],
  ["refused", ({ refused }) => Object.values(refused).reduce((sum, count) => sum + count, 0)],
];

/**
 * Coins by day, running up: how much was claimed, confirmed and clawed back until then.
 * @param {Day[]} days the oldest first
 */
export function plot(days) {
  const lines = SERIES.map(([words, kind, of]) => {
    let sum = 0;
    return { words, kind, points: days.map(({ numbers }) => (sum += of(numbers))) };
  });
  const most = Math.max(1, ...lines.flatMap(({ points }) => points));
  const across = (/** @type {number} */ at) => (days.length < 2 ? WIDE / 2 : (at * WIDE) / (days.length - 1));
  const up = (/** @type {number} */ coins) => HIGH - (HIGH * coins) / most;
  // Only lines and dots are stretched to the screen's width; words beside them stay as large as words are.
  const picture = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img" });
  const told = lines.map(({ words, points }) => `${words.toLowerCase()} ${(points.at(-1) ?? 0).toLocaleString("en")}`);
  picture.setAttribute("aria-label", `Coins by day, running up: ${told.join(", ")}`);
  picture.append(shape("line", { x1: 0, x2: WIDE, y1: HIGH, y2: HIGH, class: "ground" }));
  for (const { kind, points } of lines) {
    const path = points.map((coins, at) => `${at === 0 ? "M" : "L"}${across(at).toFixed(1)} ${up(coins).toFixed(1)}`).join("");
    picture.append(shape("path", { d: path, class: kind, fill: "none" }));
    const dots = days.length <= MOST_DOTS ? points.map((coins, at) => `M${across(at).toFixed(1)} ${up(coins).toFixed(1)}h0`) : [];
    picture.append(shape("path", { d: dots.join(""), class: `${kind} dots` }));
  }
  const ends = [days[0], days.at(-1)].slice(0, days.length);
  return element(
    "div",
    { class: "plot" },
    element("span", {}, `${most.toLocaleString("en")} coins`),
    picture,
    element("div", { class: "ends" }, ...ends.map((day) => element("span", {}, day ? dayOf(day.day) : ""))),
  );
}

/**
 * The days as CSV (RFC 4180): no member needs quotes.
 * @param {Day[]} days
 */
export function csv(days) {
  const rows = [COLUMNS.map(([name]) => name), ...days.map((day) => COLUMNS.map(([, of]) => of(day)))];
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function shape(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
