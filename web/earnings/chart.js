// A column for each day's income, as a picture in the page's own colours; a day on which more was taken back than came
// goes below the line. What it shows is also in a table beside it. What is written under it is text of the page, and so as large
// as the rest of it, however narrow the picture is.

import { element } from "../dom.js";
import { dayOf, shown } from "./money.js";

const SPACE = "http://www.w3.org/2000/svg";
const HIGH = 100;
const STEP = 10;
const GAP = 2;
/** No day of income is lower than this, or it would not be seen. */
const LEAST = 1.5;

/**
 * @param {{day: string, amount: number}[]} days the oldest first
 * @param {string} currency
 */
export function chart(days, currency) {
  const most = Math.max(0, ...days.map(({ amount }) => amount));
  const least = Math.min(0, ...days.map(({ amount }) => amount));
  const scale = HIGH / Math.max(1, most - least);
  const ground = most * scale;
  const wide = days.length * STEP;
  const picture = shape("svg", { viewBox: `0 0 ${wide} ${HIGH}`, preserveAspectRatio: "none" });
  days.forEach(({ day, amount }, at) => {
    const high = amount === 0 ? 0 : Math.max(LEAST, Math.abs(amount) * scale);
    const column = shape("rect", { x: at * STEP, y: amount < 0 ? ground : ground - high, width: STEP - GAP, height: high, class: amount < 0 ? "column back" : "column" });
    const words = shape("title", {});
    words.textContent = `${dayOf(day)}: ${shown(amount, currency)}`;
    column.append(words);
    picture.append(column);
  });
  picture.append(shape("line", { x1: 0, x2: wide, y1: ground, y2: ground, class: "ground" }));
  const ends = [days[0], days[Math.floor(days.length / 2)], days[days.length - 1]].map(({ day }) => element("span", {}, dayOf(day)));
  return element("div", { class: "chart", "aria-hidden": "true" }, picture, element("p", { class: "scale" }, ...ends));
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
