// What the views of every room are made of.

import { element } from "../dom.js";

/** @param {string} text */
export function heading(text) {
  return element("h1", { tabindex: "-1" }, text);
}

/**
 * @param {string} address
 * @param {string} words
 */
export function back(address, words) {
  return element("p", { class: "back" }, element("a", { href: address }, element("span", { "aria-hidden": "true" }, "← "), words));
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
