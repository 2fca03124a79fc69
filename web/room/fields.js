// The fields of a form: a label, a hint, a control, a place for what does not fit; and how a control's text is a value.

import { element } from "../dom.js";

/** @typedef {string | number | boolean | string[] | null} Value */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */
/** @typedef {{minLength?: number, maxLength?: number, min?: number, max?: number, most?: number}} Bounds */

/**
 * @typedef {object} Spec what a field is
 * @property {string} name           as the service's problems name it, for example `pricing.startCoins`
 * @property {string} label
 * @property {"text" | "long" | "whole" | "seconds" | "list" | "choice" | "check" | "time"} kind
 * @property {string} [hint]
 * @property {boolean} [optional]    an empty control is null
 * @property {[string, string][]} [choices] value and words
 * @property {RegExp} [pattern]      what a text, or each text of a list, must look like
 * @property {string} [example]      of what the pattern takes
 * @property {string} [unit]         what a number counts
 */

/** One field on the page. */
export class Field {
  /** @type {Spec} */ spec;
  /** @type {Control} */ control;
  /** @type {HTMLElement} */ element;
  /** @type {HTMLElement} */ #fault;
  /** @type {Bounds} */ #bounds;
  /** @type {{text: string, value: Value}} what was last given, and how the control shows it */
  #given = { text: "", value: null };

  /**
   * @param {Spec} spec
   * @param {string} prefix makes ids unique on the page
   * @param {Bounds} [bounds]
   */
  constructor(spec, prefix, bounds = {}) {
    const id = `${prefix}-${spec.name.replaceAll(".", "-")}`;
    this.spec = spec;
    this.#bounds = bounds;
    this.control = makeControl(spec, bounds, id);
    this.#fault = element("p", { class: "fault", id: `${id}-fault` });
    this.control.setAttribute("aria-describedby", spec.hint ? `${id}-fault ${id}-hint` : `${id}-fault`);
    const label = element("label", { for: id }, spec.label, spec.optional ? element("small", {}, " optional") : "");
    const hint = spec.hint ? element("p", { class: "hint", id: `${id}-hint` }, spec.hint) : null;
    this.element = element(
      "div",
      { class: `field ${spec.kind}` },
      ...(spec.kind === "check" ? [this.control, label] : [label, this.control]),
      hint,
      this.#fault,
    );
  }

  /** @returns {Value} */
  get value() {
    const { control, spec } = this;
    if (control instanceof HTMLInputElement && spec.kind === "check") return control.checked;
    const text = control.value.trim();
    if (spec.kind === "list") return text.split(/[\s,]+/).filter((word) => word !== "");
    if (text === "" && spec.optional) return null;
    if (spec.kind === "whole" || (spec.kind === "choice" && /^\d+$/.test(text))) return Number(text);
    if (spec.kind === "seconds") return Math.round(Number(text) * 1000);
    // The control shows whole minutes; an instant that nobody touched stays what it was.
    if (spec.kind === "time") return text === this.#given.text ? this.#given.value : new Date(text).toISOString();
    return text;
  }

  /** @param {Value} value */
  set value(value) {
    const { control, spec } = this;
    if (control instanceof HTMLInputElement && spec.kind === "check") control.checked = value === true;
    else if (value === null) control.value = "";
    else if (spec.kind === "seconds") control.value = String(Number(value) / 1000);
    else if (spec.kind === "time") control.value = localTime(String(value));
    else if (Array.isArray(value)) control.value = value.join(", ");
    else control.value = String(value);
    this.#given = { text: control.value, value };
  }

  /**
   * Shows why the value does not fit, or that it does.
   * @param {string} sentence empty when it fits
   */
  fault(sentence) {
    this.#fault.textContent = sentence;
    if (sentence === "") this.control.removeAttribute("aria-invalid");
    else this.control.setAttribute("aria-invalid", "true");
  }

  /** @returns {string} why the value cannot be sent, or nothing */
  check() {
    const { control, spec } = this;
    const bounds = this.#bounds;
    if (control.validity.badInput) return spec.kind === "time" ? "Give a date and a time." : "Give a number.";
    const text = control.value.trim();
    if (spec.kind === "check" || spec.kind === "choice") return "";
    if (spec.kind === "list") return this.#checkList(/** @type {string[]} */ (this.value), bounds.most ?? Infinity);
    if (text === "") return spec.optional || (spec.kind === "long" && !bounds.minLength) ? "" : "Fill this in.";
    if (spec.kind === "whole" || spec.kind === "seconds") return checkNumber(Number(this.value), bounds, spec.kind);
    // Characters as the service counts them: a sign outside the first plane is one, not two.
    const length = [...text.normalize("NFC")].length;
    if (bounds.maxLength !== undefined && length > bounds.maxLength) {
      return `${length} characters; at most ${bounds.maxLength} fit.`;
    }
    if (spec.pattern && !spec.pattern.test(text)) return `Write it like ${spec.example}.`;
    return "";
  }

  /**
   * @param {string[]} words
   * @param {number} most
   */
  #checkList(words, most) {
    const odd = words.find((word) => this.spec.pattern && !this.spec.pattern.test(word));
    if (odd !== undefined) return `“${odd}” does not fit; write it like ${this.spec.example}.`;
    if (new Set(words).size < words.length) return "Name each only once.";
    return words.length > most ? `At most ${most}.` : "";
  }
}

/**
 * @param {number} value
 * @param {Bounds} bounds
 * @param {"whole" | "seconds"} kind
 */
function checkNumber(value, { min = 0, max = Infinity }, kind) {
  if (!Number.isInteger(value)) return "Give a whole number.";
  if (value >= min && value <= max) return "";
  const scale = kind === "seconds" ? 1000 : 1;
  return `Give a number from ${(min / scale).toLocaleString("en")} to ${(max / scale).toLocaleString("en")}.`;
}

/**
 * @param {Spec} spec
 * @param {Bounds} bounds
 * @param {string} id
 * @returns {Control}
 */
function makeControl(spec, bounds, id) {
  const name = spec.name;
  if (spec.kind === "long") return element("textarea", { id, name, rows: "4" });
  if (spec.kind === "choice") {
    const options = (spec.choices ?? []).map(([value, words]) => element("option", { value }, words));
    return element("select", { id, name }, ...options);
  }
  if (spec.kind === "check") return element("input", { id, name, type: "checkbox" });
  if (spec.kind === "time") return element("input", { id, name, type: "datetime-local", step: "60" });
  if (spec.kind === "whole" || spec.kind === "seconds") {
    const scale = spec.kind === "seconds" ? 1000 : 1;
    const step = spec.kind === "seconds" ? "0.001" : "1";
    const least = spec.kind === "seconds" ? "0" : String(bounds.min ?? 0);
    return element("input", { id, name, type: "number", step, min: least, max: String((bounds.max ?? 0) / scale) });
  }
  return element("input", { id, name, type: "text", autocomplete: "off", spellcheck: spec.pattern ? "false" : "true" });
}

/**
 * An instant as a control of type `datetime-local` takes it: this machine's time, to the minute.
 * @param {string} instant RFC 3339
 */
function localTime(instant) {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
