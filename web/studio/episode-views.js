// One episode: what is written of it, its video and the versions before, and a look at what is published.

import { element } from "../dom.js";
import { Refusal } from "../refusal.js";
import { Form } from "../room/form.js";
import { back, heading } from "../room/pieces.js";
import { coins } from "../words.js";
import { BOUNDS } from "./bounds.js";
import { Drop } from "./drop.js";
import { episodeAddress, seriesAddress } from "./places.js";
import { Preview } from "./preview.js";
import { askWhose } from "./question.js";
import { save } from "./saving.js";
import { stateInWords } from "./series-views.js";
import { monthInWords, studioSentence, usd } from "./studio-words.js";
import { NEW_EPISODE, episodeGroups, valuesOfEpisode } from "./terms.js";
import { UploadCard } from "./upload-card.js";

/** @typedef {import("./studio-api.js").OwnSeries} OwnSeries */
/** @typedef {import("./studio-api.js").OwnEpisode} OwnEpisode */
/** @typedef {import("./studio-api.js").EpisodeTerms} EpisodeTerms */
/** @typedef {import("./studio.js").Around} Around */
/** @typedef {import("./studio.js").View} View */
/** @typedef {import("./upload.js").Upload} Upload */

const REPLACING =
  "A new version takes the place of the published one once it is ready. Whoever is watching then sees the old one to its end; " +
  "nobody pays again. If the new file is refused, the published version stays.";

/**
 * The form of an episode that is added.
 * @param {Around} around
 * @param {string} seriesId
 * @returns {Promise<View>}
 */
export async function addView({ api, go }, seriesId) {
  const series = await api.getSeries(seriesId);
  const number = series.episodes.length + 1;
  const title = `Add episode ${number}`;
  /** @type {Form} */
  const form = new Form({
    prefix: "episode",
    groups: episodeGroups(series),
    bounds: BOUNDS,
    inWords: studioSentence,
    submit: `${title} …`,
    values: NEW_EPISODE,
    save: async (values) => {
      await save({
        base: NEW_EPISODE,
        mine: values,
        revision: series.revision,
        write: (mine, revision) => api.putEpisode(seriesId, number, { .../** @type {EpisodeTerms} */ (mine), revision }),
        read: () => api.getSeries(seriesId),
        // The number may have been given to another episode meanwhile: then both were meant to be written.
        valuesOf: (now) => (now.episodes[number - 1] === undefined ? NEW_EPISODE : valuesOfEpisode(now.episodes[number - 1])),
        ask: (differences) => askWhose(form, differences),
      });
      form.fill(values);
      go(episodeAddress(seriesId, number), `Episode ${number} is there. Now it needs its video.`);
    },
  });
  return { title, content: [back(seriesAddress(seriesId), series.title), heading(title), form.element], isDirty: () => form.dirty };
}

/**
 * @param {Around} around
 * @param {string} seriesId
 * @param {number} number
 * @returns {Promise<View>}
 */
export async function episodeView(around, seriesId, number) {
  const { api, notices } = around;
  const [series, listed, budget] = await Promise.all([
    api.getSeries(seriesId),
    api.listUploads(seriesId, number, null),
    // Good to know, but nothing hangs on it.
    api.getBudget().catch(() => null),
  ]);
  const episode = series.episodes[number - 1];
  if (episode === undefined) throw new Refusal("not_found", { status: 404 });
  const where = { seriesId, episode: number, title: episode.title };
  const state = element("p", { class: "state" }, stateLine(episode));
  const form = episodeForm(around, series, episode, () => (state.textContent = stateLine(episode)));
  const preview = new Preview({
    label: `Preview of episode ${number}, ${episode.title}`,
    ask: (delivery) => api.startPlayback(seriesId, number, delivery),
    hang: (momentMs) => {
      form.set("cliffhangerMs", momentMs);
      notices.say(`The cliffhanger is set to ${momentMs / 1000} s. Save the episode to keep it.`);
    },
  });
  const shelf = new Versions(around, where, [series.language, ...series.languages], listed.uploads, budget);
  const watch = element("section", { "aria-labelledby": "preview-title" }, element("h2", { id: "preview-title" }, "Preview"), preview.element);
  watch.hidden = episode.durationMs === null;
  shelf.addEventListener("published", async () => {
    const fresh = await api.getSeries(seriesId).catch(() => null);
    if (fresh === null) return;
    Object.assign(series, fresh);
    Object.assign(episode, fresh.episodes[number - 1]);
    state.textContent = stateLine(episode);
    watch.hidden = false;
    preview.close();
    notices.say("The new version is published. The preview plays it.");
  });
  const title = `${number}. ${episode.title}`;
  return {
    title: `${episode.title} · ${series.title}`,
    content: [
      back(seriesAddress(seriesId), series.title),
      heading(title),
      state,
      element("div", { class: "columns" }, element("div", {}, shelf.element, form.element), watch),
    ],
    isDirty: () => form.dirty,
    leave: () => {
      preview.close();
      shelf.leave();
    },
  };
}

/** @param {OwnEpisode} episode */
function stateLine(episode) {
  const price = episode.viewerPriceCoins === 0 ? "Free" : `A viewer pays ${coins(episode.viewerPriceCoins)}`;
  return `${price}; ${stateInWords(episode)}.`;
}

/**
 * @param {Around} around
 * @param {OwnSeries} series
 * @param {OwnEpisode} episode
 * @param {() => void} changed
 */
function episodeForm({ api, notices }, series, episode, changed) {
  const { seriesId } = series;
  const number = episode.episode;
  const valuesOf = (/** @type {OwnSeries} */ now) => valuesOfEpisode(now.episodes[number - 1]);
  /** @type {Form} */
  const form = new Form({
    prefix: "episode",
    groups: episodeGroups(series),
    bounds: BOUNDS,
    inWords: studioSentence,
    submit: "Save the episode",
    values: valuesOfEpisode(episode),
    save: async (values) => {
      const { series: saved, kept } = await save({
        base: valuesOfEpisode(episode),
        mine: values,
        revision: series.revision,
        write: (mine, revision) => api.putEpisode(seriesId, number, { .../** @type {EpisodeTerms} */ (mine), revision }),
        read: () => api.getSeries(seriesId),
        valuesOf,
        ask: (differences) => askWhose(form, differences),
      });
      Object.assign(series, saved);
      Object.assign(episode, saved.episodes[number - 1]);
      form.fill(valuesOf(saved));
      changed();
      notices.say(kept === "mine" ? "Saved." : "This is how the episode is now. Nothing of yours was saved.");
    },
  });
  return form;
}

/** The video of an episode: the place to send one, how the newest stands, and the versions before. Dispatches `published`. */
class Versions extends EventTarget {
  /** @type {HTMLElement} */ element;
  /** @type {import("./upload.js").Where} */ #where;
  /** @type {Around} */ #around;
  #current = element("div", { class: "current" });
  #earlier = element("details", { class: "earlier" });
  #replacing = element("p", { class: "hint" }, REPLACING);
  #budget = element("p", { class: "hint" });
  /** @type {Map<Upload, UploadCard>} */ #cards = new Map();
  #forget = new AbortController();

  /**
   * @param {Around} around
   * @param {import("./upload.js").Where} where
   * @param {string[]} languages that subtitles and dubs are likely to have
   * @param {import("./studio-api.js").UploadState[]} states newest first
   * @param {import("./studio-api.js").Budget | null} budget
   */
  constructor(around, where, languages, states, budget) {
    super();
    this.#where = where;
    this.#around = around;
    const { uploads } = around;
    uploads.adopt(where, states);
    const drop = new Drop({
      languages,
      send: "Send",
      start: (chosen) => {
        uploads.start(where, chosen);
        this.#show();
        this.#current.querySelector("h3")?.focus();
      },
    });
    this.element = element(
      "section",
      { class: "video", "aria-labelledby": "video-title" },
      element("h2", { id: "video-title" }, "Video"),
      this.#current,
      this.#replacing,
      drop.element,
      this.#budget,
      this.#earlier,
    );
    uploads.addEventListener("news", (event) => event instanceof CustomEvent && this.#news(event.detail), { signal: this.#forget.signal });
    this.#showBudget(budget);
    this.#show();
  }

  /** Listens no longer. */
  leave() {
    this.#forget.abort();
  }

  #show() {
    const all = this.#around.uploads.of(this.#where);
    // What matters now: the newest, what still goes on, and what viewers see.
    const published = all.find((upload) => upload.state?.status === "published");
    this.#replacing.hidden = published === undefined;
    const now = all.filter((upload, index) => index === 0 || upload.phase !== "over" || upload === published);
    const rest = all.filter((upload) => !now.includes(upload));
    this.#current.replaceChildren(...now.map((upload) => this.#card(upload)));
    this.#earlier.hidden = rest.length === 0;
    this.#earlier.replaceChildren(element("summary", {}, `Earlier uploads (${rest.length})`), ...rest.map((each) => this.#card(each)));
  }

  /** @param {Upload} upload */
  #card(upload) {
    const card = this.#cards.get(upload) ?? new UploadCard(upload);
    this.#cards.set(upload, card);
    return card.element;
  }

  /** @param {Upload} upload */
  async #news(upload) {
    if (!this.#around.uploads.of(this.#where).includes(upload)) return;
    if (upload.state?.status === "published") this.dispatchEvent(new Event("published"));
    const { api, uploads } = this.#around;
    const { seriesId, episode } = this.#where;
    const [listed, budget] = await Promise.all([
      // The version that it replaced has another state now.
      api.listUploads(seriesId, episode, null).catch(() => null),
      api.getBudget().catch(() => null),
    ]);
    if (listed !== null) uploads.adopt(this.#where, listed.uploads);
    this.#showBudget(budget);
    this.#show();
  }

  /** @param {import("./studio-api.js").Budget | null} budget */
  #showBudget(budget) {
    if (budget === null) return;
    const left = Math.max(0, budget.budgetMicroUsd - budget.reservedMicroUsd);
    this.#budget.textContent =
      `Transcoding budget for ${monthInWords(budget.month)}: ${usd(left)} left of ${usd(budget.budgetMicroUsd)}. ` +
      "Each file is priced before its transcoding begins.";
  }
}
