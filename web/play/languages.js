// The sheet in which captions and the language of the sound are chosen.

import { choose, languageName } from "../choices.js";
import { element, part } from "../dom.js";
import { sheet } from "../sheets.js";

export class Languages {
  #dialog = sheet(part("languages", HTMLDialogElement));
  #opener = part("captions", HTMLButtonElement);
  #captions = part("caption-choices", HTMLElement);
  #sounds = part("sound-choices", HTMLElement);
  /** @type {import("./deck.js").Deck} */ #deck;
  /** @type {string | null} the language that a press on "c" brings back */ #last = null;

  /** @param {import("./deck.js").Deck} deck */
  constructor(deck) {
    this.#deck = deck;
    this.#opener.addEventListener("click", () => this.#open());
    for (const player of deck.players) player.tracks.addEventListener("change", () => player === deck.front && this.#show());
    deck.addEventListener("change", () => this.#show());
    this.#show();
  }

  /** Captions off, or on again in the language they were in. */
  toggle() {
    const { tracks } = this.#deck.front;
    if (tracks.captions.length === 0) return;
    const now = tracks.captionLanguage;
    this.#last = now ?? this.#last;
    this.#choose({ captions: now === null ? (this.#last ?? tracks.captions[0].language) : "off" });
  }

  #open() {
    this.#show();
    this.#dialog.showModal();
  }

  /** @param {import("../choices.js").Chosen} choice */
  #choose(choice) {
    choose(choice);
    for (const player of this.#deck.players) player.tracks.apply();
  }

  #show() {
    const { tracks } = this.#deck.front;
    const { captions, sounds, captionLanguage, soundLanguage } = tracks;
    this.#opener.setAttribute("aria-label", captionLanguage === null ? "Captions: off" : `Captions: ${languageName(captionLanguage)}`);
    this.#opener.classList.toggle("off", captionLanguage === null);
    this.#opener.hidden = captions.length === 0 && sounds.length < 2;
    // Nothing is rebuilt under the finger that chooses.
    if (this.#dialog.open && this.#dialog.contains(document.activeElement) && document.activeElement?.matches("input")) return;
    const off = { language: "off", name: "Off" };
    this.#captions.replaceChildren(...radios("captions", [off, ...captions], captionLanguage ?? "off", (language) => this.#choose({ captions: language })));
    this.#sounds.replaceChildren(...radios("sound-language", sounds, soundLanguage ?? "", (language) => this.#choose({ sound: language })));
    this.#sounds.closest("fieldset")?.toggleAttribute("hidden", sounds.length < 2);
  }
}

/**
 * @param {string} group
 * @param {import("./tracks.js").Language[]} choices
 * @param {string} chosen
 * @param {(language: string) => void} choose
 */
function radios(group, choices, chosen, choose) {
  return choices.map(({ language }) =>
    element(
      "label",
      { class: "choice", lang: language === "off" ? "en" : language },
      element("input", { type: "radio", name: group, value: language, checked: language === chosen, onchange: () => choose(language) }),
      language === "off" ? "Off" : languageName(language),
    ),
  );
}
