// Where files are dropped or chosen, looked over, and sent.

import { languageName } from "../choices.js";
import { element } from "../dom.js";
import { LANGUAGE_TAG } from "./bounds.js";
import { ACCEPTED, KINDS, choose, hindrance, hintAbout, lookInto } from "./files.js";
import { bytes } from "./studio-words.js";

/** @typedef {import("./files.js").Chosen} Chosen */

/**
 * @typedef {object} About
 * @property {string[]} languages   tags that are likely, for the lists of suggestions
 * @property {string} send          what the button says
 * @property {(chosen: Chosen[]) => void} start
 */

export class Drop {
  /** @type {HTMLElement} */ element;
  /** @type {About} */ #about;
  /** @type {Chosen[]} */ #chosen = [];
  /** @type {Map<File, string>} what is known of each video */ #hints = new Map();
  #input = element("input", { type: "file", id: "files", class: "unseen", multiple: true, accept: ACCEPTED });
  #list = element("ul", { class: "chosen" });
  #alert = element("div", { role: "alert" });
  #send;
  /** @type {HTMLElement} */ #zone;

  /** @param {About} about */
  constructor(about) {
    this.#about = about;
    this.#send = element("button", { type: "button", class: "main", hidden: true, onclick: () => this.#start() }, about.send);
    this.#zone = element(
      "div",
      { class: "drop" },
      this.#input,
      element("label", { for: "files", class: "button quiet" }, "Choose files"),
      element("p", {}, "or drop them here: the video, and with it subtitles (.vtt, .srt) and dubs (.m4a, .mp3, .wav)."),
      element("p", { class: "hint" }, "Upright, three minutes at most, up to 2 GB. MP4, MOV, WebM or Matroska."),
    );
    const suggestions = about.languages.map((tag) => element("option", { value: tag }, languageName(tag)));
    this.element = element(
      "div",
      { class: "sending" },
      this.#zone,
      element("datalist", { id: "languages" }, ...suggestions),
      this.#alert,
      this.#list,
      this.#send,
    );
    this.#input.addEventListener("change", () => {
      this.#take(this.#input.files ?? []);
      // The same file again is a choice too.
      this.#input.value = "";
    });
    this.#listen();
  }

  #listen() {
    let depth = 0;
    this.element.addEventListener("dragenter", () => {
      depth += 1;
      this.#zone.dataset.over = "";
    });
    this.element.addEventListener("dragleave", () => {
      depth -= 1;
      if (depth === 0) delete this.#zone.dataset.over;
    });
    this.element.addEventListener("drop", (event) => {
      depth = 0;
      delete this.#zone.dataset.over;
      this.#take(event.dataTransfer?.files ?? []);
    });
  }

  /** @param {Iterable<File>} files */
  #take(files) {
    const { chosen, refused } = choose(this.#chosen, files);
    this.#chosen = chosen;
    this.#alert.replaceChildren(...refused.map((sentence) => element("p", {}, sentence)));
    this.#show();
    const video = chosen.find((one) => one.kind === "video")?.file;
    if (video !== undefined && !this.#hints.has(video)) this.#look(video);
  }

  /** @param {File} video */
  async #look(video) {
    const { words, doubt } = hintAbout(await lookInto(video));
    this.#hints.set(video, words);
    const line = this.#list.querySelector("[data-kind=video] small");
    if (line === null || !this.#chosen.some((one) => one.file === video)) return;
    line.textContent = `${bytes(video.size)}; ${words}`;
    line.classList.toggle("doubt", doubt);
  }

  #show() {
    this.#list.replaceChildren(...this.#chosen.map((one, index) => this.#item(one, index)));
    this.#send.hidden = this.#chosen.length === 0;
  }

  /**
   * @param {Chosen} one
   * @param {number} index
   */
  #item(one, index) {
    const hint = this.#hints.get(one.file);
    const id = `language-${index}`;
    const language = element("input", { id, type: "text", list: "languages", value: one.language, autocomplete: "off", spellcheck: "false", placeholder: "en" });
    language.addEventListener("input", () => {
      one.language = language.value.trim();
      if (LANGUAGE_TAG.test(one.language)) language.removeAttribute("aria-invalid");
      else language.setAttribute("aria-invalid", "true");
    });
    return element(
      "li",
      { "data-kind": one.kind },
      element("span", { class: "badge" }, KINDS[one.kind]),
      element("span", { class: "words" }, element("strong", {}, one.file.name), element("small", {}, hint ? `${bytes(one.file.size)}; ${hint}` : bytes(one.file.size))),
      one.kind !== "video" && element("label", { for: id }, "Language ", language),
      element("button", { type: "button", class: "quiet", "aria-label": `Remove ${one.file.name}`, onclick: () => this.#remove(one) }, "Remove"),
    );
  }

  /** @param {Chosen} one */
  #remove(one) {
    this.#chosen = this.#chosen.filter((other) => other !== one);
    this.#alert.replaceChildren();
    this.#show();
    this.#input.focus();
  }

  #start() {
    const fault = hindrance(this.#chosen);
    this.#alert.replaceChildren(fault === "" ? "" : element("p", {}, fault));
    if (fault !== "") {
      const wrong = [...this.#list.querySelectorAll("input")].find((input) => !LANGUAGE_TAG.test(input.value.trim()));
      return wrong?.focus();
    }
    const chosen = this.#chosen;
    this.#chosen = [];
    this.#show();
    this.#about.start(chosen);
  }
}
