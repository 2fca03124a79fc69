// Choosing which events an endpoint receives: all of them, or some by name.

import { element } from "../dom.js";

/** @typedef {import("./partner-api.js").EventType} EventType */

const EVERY = "*";

export class TypesChoice {
  /** @type {HTMLFieldSetElement} */ element;
  /** @type {HTMLInputElement} */ #every;
  /** @type {HTMLInputElement[]} */ #some;
  #fault = element("p", { class: "fault", id: "types-fault" });
  #list;

  /**
   * @param {EventType[]} known
   * @param {string[]} chosen
   */
  constructor(known, chosen) {
    const names = [...new Map(known.map(({ type, description }) => [type, description]))];
    // A type that is chosen and no longer told stays to be seen, so that saving does not drop it unseen.
    for (const type of chosen) if (type !== EVERY && !names.some(([name]) => name === type)) names.push([type, "Not told any more."]);
    this.#every = element("input", { type: "checkbox", id: "types-every", checked: chosen.includes(EVERY) });
    this.#some = names.map(([type]) => element("input", { type: "checkbox", value: type, checked: chosen.includes(type) }));
    this.#list = element(
      "ul",
      { class: "types" },
      ...names.map(([type, description], at) =>
        element("li", {}, element("label", { class: "choice" }, this.#some[at], element("span", {}, element("strong", {}, type), " ", element("small", {}, description)))),
      ),
    );
    const every = element("label", { class: "choice" }, this.#every, element("span", {}, "Every event, with those that come later"));
    this.element = element("fieldset", { class: "choices", "aria-describedby": "types-fault" }, element("legend", {}, "Events"), every, this.#list, this.#fault);
    this.element.addEventListener("change", () => this.#show());
    this.#show();
  }

  /** @returns {string[]} */
  get value() {
    return this.#every.checked ? [EVERY] : this.#some.filter((box) => box.checked).map((box) => box.value);
  }

  /**
   * @returns {boolean} whether something is chosen; else it is said here what is missing
   */
  check() {
    const missing = this.value.length === 0;
    this.#fault.textContent = missing ? "Choose at least one." : "";
    if (missing) this.#every.focus();
    return !missing;
  }

  #show() {
    this.#list.hidden = this.#every.checked;
    if (this.value.length > 0) this.#fault.textContent = "";
  }
}
