// A column for each day's income, as a picture in the page's own colours; a day on which more was taken back than came
// goes below the line. What it shows is also in a table beside it.

import { dayOf, shown } from "./money.js";

const SPACE = "http://www.w3.org/2000/svg";
const WIDE = 600;
const HIGH = 180;
const GAP = 3;
const HEAD = 16;
const FOOT = 18;

/**
 * @param {{day: string, amount: number}[]} days the oldest first
 * @param {string} currency
 */
export function chart(days, currency) {
  const most = Math.max(0, ...days.map(({ amount }) => amount));
  const least = Math.min(0, ...days.map(({ amount }) => amount));
  const scale = (HIGH - HEAD - FOOT) / Math.max(1, most - least);
  const ground = HEAD + most * scale;
  const step = WIDE / days.length;
  const picture = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "chart", "aria-hidden": "true" });
  days.forEach(({ day, amount }, at) => {
    const high = amount === 0 ? 0 : Math.max(2, Math.abs(amount) * scale);
    const kind = amount < 0 ? "column back" : "column";
    picture.append(shape("rect", { x: at * step, y: amount < 0 ? ground : ground - high, width: step - GAP, height: high, rx: 2, class: kind }));
    const last = at === days.length - 1;
    if (at % 7 === (days.length - 1) % 7) picture.append(label(last ? WIDE : at * step + (step - GAP) / 2, HIGH - 4, dayOf(day), last ? "end" : "middle"));
  });
  picture.append(shape("line", { x1: 0, x2: WIDE, y1: ground, y2: ground, class: "ground" }));
  if (most > 0) picture.append(label(0, HEAD - 5, `Best day: ${shown(most, currency)}`, "start"));
  return picture;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {"start" | "middle" | "end"} anchor
 */
function label(x, y, words, anchor) {
  const text = shape("text", { x, y, "text-anchor": anchor });
  text.textContent = words;
  return text;
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
