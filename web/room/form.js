// A form: its fields, what is wrong with them, and one save at a time.

import { element } from "../dom.js";
import { Refusal } from "../refusal.js";
import { asRefusal } from "../words.js";
import { Field } from "./fields.js";

/** @typedef {import("./fields.js").Spec} Spec */
/** @typedef {import("./fields.js").Value} Value */
/** @typedef {Record<string, Value>} Values by the fields' names */
/** @typedef {{title: string, specs: Spec[], note?: HTMLElement}} Group */

/**
 * @typedef {object} About
 * @property {string} prefix               makes ids unique on the page
 * @property {Group[]} groups
 * @property {string} submit               what the button says
 * @property {Values} values               what the fields begin with
 * @property {HTMLElement} [extra]         what stands between the fields and the button
 * @property {Record<string, import("./fields.js").Bounds>} bounds of values, by the fields' names
 * @property {import("../notices.js").InWords} inWords
 * @property {(values: Values) => Promise<void>} save rejects with a {@link Refusal}; one that names a field is shown there
 */

/** Dispatches `input` when a value has changed. */
export class Form extends EventTarget {
  /** @type {HTMLFormElement} */ element;
  /** @type {Map<string, Field>} */ #fields = new Map();
  /** @type {HTMLElement} */ #alert = element("div", { role: "alert", class: "form-alert" });
  /** @type {HTMLButtonElement} */ #submit;
  /** @type {About} */ #about;
  /** @type {string} */ #begun = "";
  /** Whether something of the form is being pressed, and what is to be looked at when it no longer is. */
  #pressed = false;
  /** @type {EventTarget | null} */ #due = null;

  /** @param {About} about */
  constructor(about) {
    super();
    this.#about = about;
    const groups = about.groups.map(({ title, specs, note }) => {
      const fields = specs.map((spec) => new Field(spec, about.prefix, about.bounds[spec.name]));
      for (const field of fields) this.#fields.set(field.spec.name, field);
      const nodes = fields.map((field) => field.element);
      return element("fieldset", {}, element("legend", {}, title), ...nodes, note);
    });
    this.#submit = element("button", { type: "submit", class: "main" }, about.submit);
    this.element = element("form", { class: "fields" }, ...groups, about.extra, this.#alert, this.#submit);
    // The page says itself what does not fit, next to the field, in one manner for its own findings and the service's.
    this.element.noValidate = true;
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.element.addEventListener("pointerdown", () => this.#hold());
    this.element.addEventListener("input", () => this.dispatchEvent(new Event("input")));
    this.element.addEventListener("change", (event) => this.#recheck(event.target));
    this.fill(about.values);
  }

  /** @returns {Values} */
  get values() {
    return Object.fromEntries([...this.#fields].map(([name, field]) => [name, safely(field)]));
  }

  /** Whether something stands in the fields that has not been saved. */
  get dirty() {
    return JSON.stringify(this.values) !== this.#begun;
  }

  /**
   * @param {Values} values
   */
  fill(values) {
    for (const [name, field] of this.#fields) {
      if (name in values) field.value = values[name];
      field.fault("");
    }
    this.#begun = JSON.stringify(this.values);
    this.#alert.replaceChildren();
    this.dispatchEvent(new Event("input"));
  }

  /**
   * Sets one field as if somebody had.
   * @param {string} name
   * @param {Value} value
   */
  set(name, value) {
    const field = this.#fields.get(name);
    if (field === undefined) return;
    field.value = value;
    field.fault(field.check());
    this.dispatchEvent(new Event("input"));
  }

  /** @param {string} name */
  labelOf(name) {
    return this.#fields.get(name)?.spec.label ?? name;
  }

  /**
   * Puts something before the button that has to be decided first, and moves the focus there.
   * @param {HTMLElement} question
   */
  ask(question) {
    this.#alert.replaceChildren(question);
    this.#submit.hidden = true;
    question.querySelector("h3")?.focus();
  }

  /** Takes what was asked away again. */
  answered() {
    this.#alert.replaceChildren();
    this.#submit.hidden = false;
    this.#submit.focus();
  }

  /** A sentence that comes or goes during a press would move what is pressed away from under it: it waits for the end. */
  #hold() {
    this.#pressed = true;
    const release = () => {
      this.#pressed = false;
      // After the click that the press may still become.
      setTimeout(() => this.#due !== null && this.#recheck(this.#due));
    };
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { once: true });
  }

  /** @param {EventTarget | null} target */
  #recheck(target) {
    this.#due = this.#pressed ? target : null;
    if (this.#pressed) return;
    for (const field of this.#fields.values()) if (field.control === target) field.fault(field.check());
  }

  async #save() {
    if (this.#submit.getAttribute("aria-busy") === "true") return;
    this.#alert.replaceChildren();
    for (const field of this.#fields.values()) field.fault(field.check());
    if (this.#focusFault()) return;
    this.#submit.setAttribute("aria-busy", "true");
    try {
      await this.#about.save(this.values);
    } catch (error) {
      this.#explain(asRefusal(error));
    } finally {
      this.#submit.removeAttribute("aria-busy");
    }
  }

  /** @param {Refusal} refusal */
  #explain(refusal) {
    const field = this.#fields.get(String(refusal.members.where ?? ""));
    if (field !== undefined) {
      field.fault(refusal.detail || this.#about.inWords(refusal));
      this.#focusFault();
      return;
    }
    // A value that no field shows: the service's own sentence is the best there is.
    const detail = refusal.code === "validation_failed" && refusal.detail ? ` ${refusal.detail}` : "";
    this.#alert.replaceChildren(
      element("p", {}, `${this.#about.inWords(refusal)}${detail} `, element("code", {}, refusal.code)),
    );
  }

  #focusFault() {
    const wrong = this.element.querySelector("[aria-invalid]");
    if (wrong instanceof HTMLElement) wrong.focus();
    return wrong !== null;
  }
}

/**
 * A field's value; null while what stands in it is none.
 * @param {Field} field
 */
function safely(field) {
  return field.check() === "" ? field.value : null;
}
