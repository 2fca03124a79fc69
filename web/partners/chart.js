// A column for each day, as a picture in the page's own colours. What it shows is also in a table beside it.

const SPACE = "http://www.w3.org/2000/svg";
const WIDE = 600;
const HIGH = 160;
const GAP = 3;
const FOOT = 18;

/** @typedef {import("./partner-api.js").Day} Day */

/**
 * @param {Day[]} days the oldest first
 * @param {number} quota requests of a day
 */
export function chart(days, quota) {
  const most = Math.max(1, ...days.map(({ requests }) => requests));
  // The quota is drawn where it is near enough to matter; else the columns would be too small to be read.
  const scale = most * 3 >= quota ? Math.max(most, quota) : most;
  const step = WIDE / days.length;
  const height = (/** @type {number} */ count) => ((HIGH - FOOT - 12) * count) / scale;
  const picture = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "chart", "aria-hidden": "true" });
  picture.append(shape("line", { x1: 0, x2: WIDE, y1: HIGH - FOOT, y2: HIGH - FOOT, class: "ground" }));
  days.forEach(({ day, requests }, at) => {
    const high = requests === 0 ? 0 : Math.max(2, height(requests));
    const kind = at === days.length - 1 ? "column today" : "column";
    picture.append(shape("rect", { x: at * step, y: HIGH - FOOT - high, width: step - GAP, height: high, rx: 2, class: kind }));
    if (at % 7 === (days.length - 1) % 7) picture.append(label(at * step + (step - GAP) / 2, HIGH - 4, dayOf(day), at === days.length - 1 ? "end" : "middle"));
  });
  if (scale >= quota) {
    const y = HIGH - FOOT - height(quota);
    picture.append(shape("line", { x1: 0, x2: WIDE, y1: y, y2: y, class: "quota" }), label(0, y - 4, "Quota", "start"));
  }
  return picture;
}

/** @param {string} day ISO 8601 */
export function dayOf(day) {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {"start" | "middle" | "end"} anchor
 */
function label(x, y, words, anchor) {
  const text = shape("text", { x: anchor === "end" ? WIDE : x, y, "text-anchor": anchor });
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
