// The line of time: where the picture is, how much is loaded, and a thumbnail of where a thumb would take it.

import { part } from "../dom.js";
import { clock } from "../words.js";

const STEP_S = 5;

export class Scrubber {
  /** @type {() => import("./player.js").Player} */ #front;
  #bar = part("seek", HTMLInputElement);
  #times = part("times", HTMLElement);
  #preview = part("preview", HTMLElement);
  #picture = part("preview-picture", HTMLCanvasElement);
  #label = part("preview-time", HTMLElement);
  /** @type {{url: string, tiles: Promise<import("./tiles.js").Tiles>} | null} */ #loaded = null;
  #scrubbing = false;
  /** Counts thumbnails asked for, so that a late one is not shown. */
  #asked = 0;

  /** @param {() => import("./player.js").Player} front whose picture it is */
  constructor(front) {
    this.#front = front;
    this.#bar.addEventListener("pointerdown", () => this.#begin());
    this.#bar.addEventListener("input", () => this.#scrub());
    this.#bar.addEventListener("change", () => this.#end());
    this.#bar.addEventListener("pointerup", () => this.#end());
    this.#bar.addEventListener("pointercancel", () => this.#end());
    this.#bar.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S }[event.key];
      if (step === undefined) return;
      // The line's own steps are as fine as a drag.
      event.preventDefault();
      event.stopPropagation();
      this.seekBy(step);
    });
  }

  /** Another picture is in front. */
  turn() {
    this.#loaded = null;
    this.#scrubbing = false;
    this.#preview.hidden = true;
    this.show();
  }

  /** Brings the line to where the picture is. */
  show() {
    const { video } = this.#front();
    const length = Number.isFinite(video.duration) ? video.duration : 0;
    this.#bar.max = String(length || 1);
    this.#bar.disabled = length === 0;
    if (!this.#scrubbing) this.#bar.value = String(video.currentTime);
    this.#tell(Number(this.#bar.value), length);
    const { buffered } = video;
    const loaded = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
    this.#bar.style.setProperty("--loaded", `${length > 0 ? (100 * loaded) / length : 0}%`);
  }

  /** @param {number} seconds forwards, or backwards when negative */
  seekBy(seconds) {
    const { video } = this.#front();
    if (!Number.isFinite(video.duration)) return;
    video.currentTime = Math.min(Math.max(video.currentTime + seconds, 0), Math.max(video.duration - 0.1, 0));
    this.show();
  }

  /**
   * @param {number} at
   * @param {number} length
   */
  #tell(at, length) {
    const words = `${clock(at)} of ${clock(length)}`;
    this.#times.textContent = `${clock(at)} / ${clock(length)}`;
    this.#bar.setAttribute("aria-valuetext", words);
    this.#bar.style.setProperty("--played", `${length > 0 ? (100 * at) / length : 0}%`);
  }

  #begin() {
    this.#scrubbing = true;
    const url = this.#front().grant?.playlistUrl;
    if (url === undefined || this.#loaded?.url === url) return;
    // Loaded by the first who scrubs.
    const tiles = import("./tiles.js").then(({ Tiles }) => new Tiles(url));
    tiles.catch(() => undefined);
    this.#loaded = { url, tiles };
  }

  async #scrub() {
    if (!this.#scrubbing) this.#begin();
    const at = Number(this.#bar.value);
    const length = Number(this.#bar.max);
    this.#tell(at, length);
    this.#label.textContent = clock(at);
    this.#preview.style.setProperty("--at", String(at / length));
    this.#preview.hidden = false;
    const asked = ++this.#asked;
    const drawn = (await this.#loaded?.tiles.then((tiles) => tiles.draw(this.#picture, at)).catch(() => false)) ?? false;
    if (asked === this.#asked) this.#picture.hidden = !drawn;
  }

  #end() {
    if (!this.#scrubbing) return;
    this.#scrubbing = false;
    this.#asked += 1;
    this.#preview.hidden = true;
    const { video } = this.#front();
    video.currentTime = Math.min(Number(this.#bar.value), Math.max(video.duration - 0.1, 0));
    this.show();
  }
}
