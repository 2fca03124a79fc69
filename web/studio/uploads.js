// All uploads that this page knows of: those it sends, and those it found running. Several go on at once.

import { asRefusal } from "../words.js";
import { Upload } from "./upload.js";

/** @typedef {import("./upload.js").Where} Where */
/** @typedef {import("./studio-api.js").UploadState} UploadState */

/** How often the service is asked: soon, then slower, and slower with many, within a creator's 120 reads a minute. */
const FIRST_POLL_MS = 1_000;
const LAST_POLL_MS = 5_000;
const SLOWER = 1.3;
const EACH_MS = 1_000;
/** Nobody looks at a hidden page. */
const HIDDEN_POLL_MS = 15_000;

/** Dispatches `change` (`detail`: the {@link Upload}) and `news` (`detail`: the same) when an upload is published or has failed. */
export class Uploads extends EventTarget {
  /** @type {import("./studio-api.js").StudioApi} */ #api;
  /** @type {Upload[]} */ #all = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #pause = FIRST_POLL_MS;

  /** @param {import("./studio-api.js").StudioApi} api */
  constructor(api) {
    super();
    this.#api = api;
    addEventListener("online", () => this.#soon());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#soon());
  }

  /** Those that are not over, newest first. */
  get running() {
    return this.#all.filter((upload) => upload.phase === "sending" || upload.phase === "stopped" || upload.phase === "following");
  }

  /** Whether leaving the page would break off a transfer. */
  get sending() {
    return this.#all.some((upload) => upload.sending);
  }

  /**
   * @param {Where} where
   * @param {import("./files.js").Chosen[]} chosen
   */
  start(where, chosen) {
    const upload = this.#keep(new Upload(this.#api, where, chosen));
    upload.send();
    return upload;
  }

  /**
   * What the service lists of an episode, as uploads; those that this page knows stay the same.
   * @param {Where} where
   * @param {UploadState[]} states newest first
   * @returns {Upload[]} newest first, with those that this page sends
   */
  adopt(where, states) {
    for (const state of [...states].reverse()) {
      const known = this.#all.find((each) => each.id === state.uploadId);
      if (known === undefined) this.#keep(Upload.found(this.#api, where, state));
      // While this page sends, it knows better than the service how far the files are.
      else if (known.phase === "following" || known.phase === "over") known.take(state);
    }
    this.#soon();
    return this.of(where);
  }

  /**
   * @param {Where} where
   * @returns {Upload[]} newest first
   */
  of({ seriesId, episode }) {
    return this.#all.filter((upload) => upload.where.seriesId === seriesId && upload.where.episode === episode);
  }

  /** @param {Upload} upload */
  #keep(upload) {
    this.#all.unshift(upload);
    let before = upload.phase;
    upload.addEventListener("change", () => {
      this.dispatchEvent(new CustomEvent("change", { detail: upload }));
      if (upload.phase === before) return;
      before = upload.phase;
      if (upload.phase === "following") this.#soon();
      if (upload.phase === "over") this.dispatchEvent(new CustomEvent("news", { detail: upload }));
    });
    return upload;
  }

  /** Asks again soon: something has changed, or somebody looks again. */
  #soon() {
    this.#pause = FIRST_POLL_MS;
    this.#plan();
  }

  #plan() {
    clearTimeout(this.#timer);
    const followed = this.#followed();
    if (followed.length === 0) return;
    const pause = document.hidden ? HIDDEN_POLL_MS : Math.max(this.#pause, followed.length * EACH_MS);
    this.#timer = setTimeout(() => this.#poll(), pause);
  }

  #followed() {
    return this.#all.filter((upload) => upload.phase === "following" && upload.id !== null);
  }

  async #poll() {
    this.#pause = Math.min(this.#pause * SLOWER, LAST_POLL_MS);
    for (const upload of this.#followed()) {
      try {
        upload.take(await this.#api.getUpload(String(upload.id)));
      } catch (error) {
        // The next time may do: a lost answer changes nothing about the upload itself.
        const refusal = asRefusal(error);
        if (refusal.code === "rate_limited") this.#pause = 1000 * (refusal.number("retryAfterSeconds") ?? 10);
        if (refusal.status === 401) return;
      }
    }
    this.#plan();
  }
}
