// The published version of an episode, played where it is made. The owner of a series plays all of it.

import { choose, languageName } from "../choices.js";
import { element } from "../dom.js";
import { Player } from "../play/player.js";
import { asRefusal } from "../words.js";
import { studioSentence } from "./studio-words.js";

/** @typedef {import("../play/tracks.js").Language} Language */

const OFF = "off";

export class Preview {
  /** @type {HTMLElement} */ element;
  /** @type {Player} */ #player;
  /** @type {import("../play/player.js").AskForGrant} */ #ask;
  #video = element("video", { controls: true, playsinline: true, preload: "none" });
  #lines = element("div", { class: "lines" });
  #captions = element("select", {});
  #sound = element("select", {});
  #choices = element("p", { class: "actions", hidden: true });
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
    // A preview begins at the beginning, wherever the creator stopped as a viewer.
    this.#ask = async (delivery) => ({ ...(await ask(delivery)), resumeMs: null });
    this.#player = new Player(this.#video);
    this.#video.setAttribute("aria-label", label);
    this.#cliff.addEventListener("click", () => hang(Math.max(1, Math.round(this.#video.currentTime * 1000))));
    this.#player.addEventListener("refused", (event) => event instanceof CustomEvent && this.#explain(event.detail));
    this.#choices.append(element("label", {}, "Captions ", this.#captions), element("label", {}, "Sound ", this.#sound));
    this.#followTracks();
    this.element = element(
      "div",
      { class: "preview", "data-shows": "poster" },
      element("div", { class: "frame" }, this.#video, this.#lines, this.#play),
      this.#alert,
      this.#choices,
      this.#cliff,
    );
  }

  /** Plays from the beginning. */
  async open() {
    this.#alert.replaceChildren();
    this.#play.setAttribute("aria-busy", "true");
    try {
      if (await this.#player.load(this.#ask)) {
        this.element.dataset.shows = "video";
        this.#cliff.hidden = this.#choices.hidden = false;
        this.#player.play();
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
    this.#cliff.hidden = this.#choices.hidden = true;
  }

  #followTracks() {
    const { tracks } = this.#player;
    tracks.addEventListener("cue", (event) => event instanceof CustomEvent && this.#lines.replaceChildren(...event.detail));
    tracks.addEventListener("change", () => {
      const { captions, sounds, captionLanguage, soundLanguage } = tracks;
      offer(this.#captions, [{ language: OFF, name: "Off" }, ...captions], captionLanguage ?? OFF);
      offer(this.#sound, sounds, soundLanguage ?? "");
    });
    this.#captions.addEventListener("change", () => {
      choose({ captions: this.#captions.value });
      tracks.apply();
    });
    this.#sound.addEventListener("change", () => {
      choose({ sound: this.#sound.value });
      tracks.apply();
    });
  }

  /** @param {unknown} error */
  #explain(error) {
    this.close();
    const refusal = asRefusal(error);
    this.#alert.replaceChildren(element("p", {}, `${studioSentence(refusal)} `, element("code", {}, refusal.code)));
  }
}

/**
 * Fills a list of languages; one that leaves no choice is not shown.
 * @param {HTMLSelectElement} list
 * @param {Language[]} languages
 * @param {string} now
 */
function offer(list, languages, now) {
  const options = languages.map(({ language }) => element("option", { value: language }, language === OFF ? "Off" : languageName(language)));
  list.replaceChildren(...options);
  list.value = now;
  list.closest("label")?.toggleAttribute("hidden", languages.length < 2);
}
