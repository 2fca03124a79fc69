// What lies over the picture: the title, the sound, the captions, the line of time; and what a press on them does.

import { part } from "../dom.js";
import { Scrubber } from "./scrubber.js";

/** The controls step back while it plays and nobody touches anything. */
const IDLE_MS = 3_000;

/**
 * @typedef {object} Presses
 * @property {() => void} next
 * @property {() => void} previous
 */

export class Controls {
  /** @type {import("./deck.js").Deck} */ #deck;
  #frame = part("stage", HTMLElement);
  #surface = part("surface", HTMLButtonElement);
  #hint = part("sound-hint", HTMLButtonElement);
  #sound = part("sound", HTMLButtonElement);
  #captions = part("caption-lines", HTMLElement);
  #title = part("playing-title", HTMLElement);
  #back = part("playing-back", HTMLAnchorElement);
  #next = part("next", HTMLButtonElement);
  #previous = part("previous", HTMLButtonElement);
  #scrubber;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #idle;
  /** Off until the viewer asks for it: a phone is opened in many places. */
  #soundOn = false;

  /**
   * @param {import("./deck.js").Deck} deck
   * @param {Presses} presses
   */
  constructor(deck, { next, previous }) {
    this.#deck = deck;
    this.#scrubber = new Scrubber(() => deck.front);
    this.#next.addEventListener("click", next);
    this.#previous.addEventListener("click", previous);
    for (const button of [this.#hint, this.#sound]) button.addEventListener("click", () => this.toggleSound());
    for (const video of deck.videos) {
      for (const name of ["play", "pause", "waiting", "playing", "seeking", "seeked", "volumechange", "ended"]) {
        video.addEventListener(name, () => video === deck.front.video && this.#show());
      }
      // Which of the two it is matters to nobody who listens: the button over them tells whether it plays.
      video.setAttribute("aria-hidden", "true");
      video.addEventListener("timeupdate", () => video === deck.front.video && this.#scrubber.show());
    }
    for (const player of deck.players) {
      player.tracks.addEventListener("cue", (event) => {
        if (player === deck.front && event instanceof CustomEvent) this.#captions.replaceChildren(...event.detail);
      });
    }
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      this.#frame.addEventListener(name, () => this.#wake(), { passive: true });
    }
    deck.addEventListener("change", () => this.#turnTo());
    this.#applySound();
    this.#turnTo();
  }

  /**
   * @param {object} about
   * @param {string} about.title
   * @param {string} about.back        address of the series
   * @param {boolean} about.hasNext
   * @param {boolean} about.hasPrevious
   */
  describe({ title, back, hasNext, hasPrevious }) {
    this.#title.textContent = title;
    this.#back.href = back;
    this.#next.disabled = !hasNext;
    this.#previous.disabled = !hasPrevious;
  }

  /** A tap on the picture: the first one brings the sound, the others pause and play. */
  tap() {
    if (!this.#soundOn && !this.#deck.front.video.paused) this.toggleSound();
    else this.togglePlay();
  }

  togglePlay() {
    const { front } = this.#deck;
    if (front.video.paused) front.play();
    else front.video.pause();
  }

  toggleSound() {
    this.#soundOn = !this.#soundOn;
    this.#applySound();
    // On a muted phone the sound began with a press, so a paused picture goes on too.
    if (this.#soundOn && this.#deck.front.video.paused && !this.#deck.front.video.ended) this.#deck.front.play();
  }

  /** @param {number} seconds forwards, or backwards when negative */
  seekBy(seconds) {
    this.#scrubber.seekBy(seconds);
  }

  #applySound() {
    for (const video of this.#deck.videos) video.muted = !this.#soundOn;
    this.#show();
  }

  #turnTo() {
    // What was prepared has told its first lines while another was in front.
    this.#captions.replaceChildren(...this.#deck.front.tracks.lines);
    this.#scrubber.turn();
    this.#show();
  }

  #show() {
    const { video } = this.#deck.front;
    const state = video.ended ? "ended" : video.paused ? "paused" : video.readyState < 3 ? "buffering" : "playing";
    this.#frame.dataset.state = state;
    this.#frame.dataset.sound = this.#soundOn ? "on" : "off";
    this.#surface.setAttribute("aria-label", state === "playing" || state === "buffering" ? "Pause" : "Play");
    this.#hint.hidden = this.#soundOn;
    this.#sound.setAttribute("aria-pressed", String(this.#soundOn));
    const picture = `/icons.svg#${this.#soundOn ? "sound" : "muted"}`;
    const use = this.#sound.querySelector("use");
    // Set only when it differs: the browser draws nothing for a moment.
    if (use?.getAttribute("href") !== picture) use?.setAttribute("href", picture);
    this.#scrubber.show();
    this.#wake();
  }

  #wake() {
    this.#frame.classList.remove("idle");
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const busy = this.#frame.dataset.state !== "playing" || this.#frame.querySelector(":focus-visible") !== null;
      this.#frame.classList.toggle("idle", !busy);
    }, IDLE_MS);
  }
}
