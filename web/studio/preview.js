// The published version of an episode, played where it is made. The owner of a series plays all of it.

import { element } from "../dom.js";
import { Player } from "../play/player.js";
import { asRefusal } from "../words.js";
import { studioSentence } from "./studio-words.js";

export class Preview {
  /** @type {HTMLElement} */ element;
  /** @type {Player} */ #player;
  /** @type {import("../play/player.js").AskForGrant} */ #ask;
  #video = element("video", { controls: true, playsinline: true, preload: "none" });
  #alert = element("div", { role: "alert" });
  #play = element("button", { type: "button", class: "main", onclick: () => this.open() }, "Play the preview");
  #cliff = element("button", { type: "button", class: "quiet", hidden: true }, "The story hangs here");

  /**
   * @param {object} about
   * @param {string} about.label                     what a screen reader calls the picture
   * @param {import("../play/player.js").AskForGrant} about.ask
   * @param {(momentMs: number) => void} about.hang  takes the moment at which the picture stands
   */
  constructor({ label, ask, hang }) {
    this.#ask = ask;
    this.#player = new Player(this.#video, "showing");
    this.#video.setAttribute("aria-label", label);
    this.#cliff.addEventListener("click", () => hang(Math.max(1, Math.round(this.#video.currentTime * 1000))));
    this.#player.addEventListener("refused", (event) => event instanceof CustomEvent && this.#explain(event.detail));
    this.element = element(
      "div",
      { class: "preview", "data-shows": "poster" },
      element("div", { class: "frame" }, this.#video, this.#play),
      this.#alert,
      this.#cliff,
    );
  }

  /** Plays from the beginning. */
  async open() {
    this.#alert.replaceChildren();
    this.#play.setAttribute("aria-busy", "true");
    try {
      if (await this.#player.open(this.#ask)) {
        this.element.dataset.shows = "video";
        this.#cliff.hidden = false;
        this.#video.focus({ preventScroll: true });
      }
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#play.removeAttribute("aria-busy");
    }
  }

  /** Stops, and lets go of the stream. */
  close() {
    this.#player.close();
    this.element.dataset.shows = "poster";
    this.#cliff.hidden = true;
  }

  /** @param {unknown} error */
  #explain(error) {
    this.close();
    const refusal = asRefusal(error);
    this.#alert.replaceChildren(element("p", {}, `${studioSentence(refusal)} `, element("code", {}, refusal.code)));
  }
}
