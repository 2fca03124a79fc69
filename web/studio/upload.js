// One upload: from the forms, over the files that are sent, to what the service makes of them.

import { asRefusal } from "../words.js";
import { askedFor } from "./files.js";
import { post } from "./transfer.js";

/** @typedef {import("./files.js").Chosen} Chosen */
/** @typedef {import("./studio-api.js").UploadState} UploadState */
/** @typedef {import("./studio-api.js").Forms} Forms */
/** @typedef {{seriesId: string, episode: number, title: string}} Where */

/** A form that is about to run out is not begun with. */
const MARGIN_MS = 30_000;
const OVER = ["published", "failed", "retired"];

/**
 * Dispatches `change`. Its phases: `sending` (this page sends files), `stopped` (it could not; {@link Upload.refusal} says
 * why), `cancelled` (the creator did not want it), `following` (the service has the files, or waits for another page's),
 * `over` (published, failed or replaced by a later one).
 */
export class Upload extends EventTarget {
  /** @type {Where} */ where;
  /** @type {"sending" | "stopped" | "cancelled" | "following" | "over"} */ phase = "sending";
  /** @type {UploadState | null} what the service last said */ state = null;
  /** @type {import("../refusal.js").Refusal | null} */ refusal = null;
  /** @type {string | null} */ id = null;
  /** @type {Chosen[]} empty for an upload that another page load began */ chosen;
  /** @type {import("./studio-api.js").StudioApi} */ #api;
  /** @type {Forms | null} */ #forms = null;
  /** @type {Map<Chosen, number>} bytes sent of each file */ #sent = new Map();
  /** @type {Set<Chosen>} */ #arrived = new Set();
  #abort = new AbortController();

  /**
   * @param {import("./studio-api.js").StudioApi} api
   * @param {Where} where
   * @param {Chosen[]} chosen
   */
  constructor(api, where, chosen) {
    super();
    this.#api = api;
    this.where = where;
    this.chosen = chosen;
  }

  /**
   * One that the service tells of, and that this page did not begin.
   * @param {import("./studio-api.js").StudioApi} api
   * @param {Where} where
   * @param {UploadState} state
   */
  static found(api, where, state) {
    const upload = new Upload(api, where, []);
    upload.take(state);
    return upload;
  }

  /** Bytes of all files, and how many have been sent. */
  get bytes() {
    const total = this.chosen.reduce((sum, { file }) => sum + file.size, 0);
    return { total, sent: [...this.#sent.values()].reduce((sum, count) => sum + count, 0) };
  }

  /** Whether this page still sends files, which leaving it would break off. */
  get sending() {
    return this.phase === "sending";
  }

  /** Sends, or goes on with what has not arrived yet. */
  async send() {
    this.#abort = new AbortController();
    this.refusal = null;
    this.#enter("sending");
    try {
      const forms = await this.#goodForms();
      // The small ones first: what is wrong with them shows before the long wait.
      const order = [...this.chosen].sort((one, other) => one.file.size - other.file.size);
      for (const one of order.filter((each) => !this.#arrived.has(each))) await this.#sendOne(forms, one);
      this.#enter("following");
    } catch (error) {
      if (this.#abort.signal.aborted) return this.#enter("cancelled");
      this.refusal = asRefusal(error);
      // Whatever of it the store has belongs to a form that is no longer good.
      if (this.refusal.code === "form_expired") this.#forms = null;
      this.#enter("stopped");
    }
  }

  /** Breaks off. What has arrived is of no use without the rest, and the service throws it away. */
  cancel() {
    this.#abort.abort();
    if (this.phase === "stopped") this.#enter("cancelled");
  }

  /** @param {UploadState} state what the service says now */
  take(state) {
    this.id = state.uploadId;
    this.state = state;
    this.#enter(OVER.includes(state.status) ? "over" : "following");
  }

  /** @returns {Promise<Forms>} forms with time left: those at hand, or fresh ones, for which everything is sent anew */
  async #goodForms() {
    if (this.#forms !== null && Date.parse(this.#forms.expiresAt) - Date.now() > MARGIN_MS) return this.#forms;
    const forms = await this.#api.createUpload(this.where.seriesId, this.where.episode, askedFor(this.chosen));
    this.#abort.signal.throwIfAborted();
    this.#forms = forms;
    this.id = forms.uploadId;
    this.#arrived.clear();
    this.#sent.clear();
    return forms;
  }

  /**
   * @param {Forms} forms
   * @param {Chosen} one
   */
  async #sendOne(forms, one) {
    const own = (forms.parts ?? []).find((part) => part.kind === one.kind && part.language === one.language);
    await post(own ?? forms, one.file, {
      signal: this.#abort.signal,
      progress: (sent) => {
        this.#sent.set(one, sent);
        this.dispatchEvent(new Event("change"));
      },
    });
    this.#arrived.add(one);
  }

  /** @param {Upload["phase"]} phase */
  #enter(phase) {
    this.phase = phase;
    this.dispatchEvent(new Event("change"));
  }
}
