// The creator's series: the list, one of them with its episodes, and the form that makes or changes one.

import { element } from "../dom.js";
import { Refusal } from "../refusal.js";
import { Form } from "../room/form.js";
import { back, counted, heading } from "../room/pieces.js";
import { asRefusal, coins, duration, moment } from "../words.js";
import { BOUNDS } from "./bounds.js";
import { LIST, MAKE, addAddress, editAddress, episodeAddress, seriesAddress } from "./places.js";
import { askWhose } from "./question.js";
import { save } from "./saving.js";
import { studioSentence } from "./studio-words.js";
import { ID_SPEC, NEW_SERIES, addressFrom, pricesInWords, seriesGroups, seriesTerms, valuesOfSeries } from "./terms.js";

/** @typedef {import("./studio-api.js").OwnSeries} OwnSeries */
/** @typedef {import("./studio-api.js").OwnCard} OwnCard */
/** @typedef {import("./studio.js").Around} Around */
/** @typedef {import("./studio.js").View} View */

/**
 * The list of the creator's series.
 * @param {Around} around
 * @returns {Promise<View>}
 */
export async function listView({ api, notices }) {
  const first = await api.listSeries(null);
  const make = element("a", { class: "button main", href: MAKE }, "Make a series");
  if (first.series.length === 0) {
    const words = "A series is its title, its prices and its episodes. Make one, then fill it: nobody sees it until you list it.";
    return { title: "Your series", content: [heading("Your series"), element("p", { class: "empty" }, words), make] };
  }
  const list = element("ul", { class: "cards" }, ...first.series.map(card));
  const more = element("button", { type: "button", class: "quiet" }, "Show more");
  let cursor = first.nextCursor;
  more.hidden = cursor === null;
  more.addEventListener("click", async () => {
    if (more.getAttribute("aria-busy") === "true") return;
    more.setAttribute("aria-busy", "true");
    try {
      const next = await notices.patiently(api.listSeries(cursor));
      const items = next.series.map(card);
      list.append(...items);
      cursor = next.nextCursor;
      more.hidden = cursor === null;
      // A reader goes on with what is new.
      items[0]?.querySelector("a")?.focus();
    } catch (error) {
      notices.complain(asRefusal(error));
    } finally {
      more.removeAttribute("aria-busy");
    }
  });
  return { title: "Your series", content: [element("div", { class: "bar" }, heading("Your series"), make), list, more] };
}

/** @param {OwnCard} series */
function card(series) {
  const facts = `${counted(series.episodes, "episode")}, ${series.freeEpisodes} free`;
  return element(
    "li",
    {},
    element(
      "a",
      { class: "own-series", href: seriesAddress(series.seriesId) },
      poster(series),
      element("span", { class: "words" }, element("strong", {}, series.title), element("small", {}, facts), listedBadge(series.listed)),
    ),
  );
}

/**
 * A series' poster, or its first letter while there is none.
 * @param {{title: string, posterUrl?: string | null}} series
 */
export function poster({ title, posterUrl }) {
  const letter = element("span", { class: "letter", "aria-hidden": "true" }, [...title][0] ?? "");
  if (!posterUrl) return element("span", { class: "poster-frame" }, letter);
  const picture = element("img", { src: posterUrl, alt: "", loading: "lazy", width: "90", height: "160" });
  picture.addEventListener("error", () => picture.replaceWith(letter));
  return element("span", { class: "poster-frame" }, picture);
}

/** @param {boolean} listed */
function listedBadge(listed) {
  return listed ? element("span", { class: "badge free" }, "Listed") : element("span", { class: "badge" }, "Draft");
}

/**
 * One series with its episodes.
 * @param {Around} around
 * @param {string} seriesId
 * @returns {Promise<View>}
 */
export async function seriesView({ api }, seriesId) {
  const series = await api.getSeries(seriesId);
  const none = element("p", { class: "empty" }, "No episodes yet. Add the first; its video comes after.");
  const list = element("ol", { class: "own-episodes" }, ...series.episodes.map((episode) => episodeItem(series, episode)));
  const facts = [
    series.listed ? "Everybody sees it" : "Only you see it until you list it",
    counted(series.episodes.length, "episode"),
    `your share is ${series.creatorShareBp / 100} % of the cash behind spent coins`,
  ];
  return {
    title: series.title,
    content: [
      back(LIST, "Your series"),
      element(
        "div",
        { class: "series-head" },
        poster(series),
        element(
          "div",
          {},
          element("div", { class: "bar" }, heading(series.title), listedBadge(series.listed)),
          element("p", { lang: series.language, class: "synopsis" }, series.synopsis),
          element("p", { class: "facts" }, `${facts.join("; ")}.`),
          element(
            "p",
            { class: "actions" },
            element("a", { class: "button quiet", href: editAddress(seriesId) }, "Edit the series"),
            series.listed && element("a", { class: "button quiet", href: `/#/${seriesId}` }, "See it as a viewer"),
          ),
        ),
      ),
      element("h2", {}, "Episodes"),
      series.episodes.length === 0 ? none : list,
      element("p", {}, element("a", { class: "button main", href: addAddress(seriesId) }, `Add episode ${series.episodes.length + 1}`)),
    ],
  };
}

/**
 * @param {OwnSeries} series
 * @param {import("./studio-api.js").OwnEpisode} episode
 */
function episodeItem(series, episode) {
  const price = episode.viewerPriceCoins === 0 ? "free" : coins(episode.viewerPriceCoins);
  return element(
    "li",
    {},
    element(
      "a",
      { class: "episode", href: episodeAddress(series.seriesId, episode.episode) },
      element("span", { class: "number", "aria-hidden": "true" }, String(episode.episode)),
      element(
        "span",
        { class: "words" },
        element("span", { class: "unseen" }, `Episode ${episode.episode}: `),
        element("strong", {}, episode.title),
        element("small", {}, `${price}; ${stateInWords(episode)}`),
      ),
      episode.published
        ? element("span", { class: "badge free" }, "Out")
        : element("span", { class: "badge" }, episode.durationMs === null ? "No video" : "Waits"),
    ),
  );
}

/** @param {import("./studio-api.js").OwnEpisode} episode */
export function stateInWords(episode) {
  const release = episode.releaseAt === null ? null : moment(episode.releaseAt);
  if (episode.durationMs === null) return release === null ? "no video yet" : `no video yet; release ${release}`;
  return episode.published ? duration(episode.durationMs) : `${duration(episode.durationMs)}; release ${release}`;
}

/**
 * The form of a series; without a series, of a new one.
 * @param {Around} around
 * @param {string | null} seriesId
 * @returns {Promise<View>}
 */
export async function seriesFormView({ api, notices, go }, seriesId) {
  const series = seriesId === null ? null : await api.getSeries(seriesId);
  const prices = element("output", { class: "prices" });
  const title = series === null ? "Make a series" : `Edit “${series.title}”`;
  const groups = seriesGroups(prices);
  if (series === null) groups[0] = { ...groups[0], specs: [groups[0].specs[0], ID_SPEC, ...groups[0].specs.slice(1)] };
  /** @type {Form} */
  const form = new Form({
    prefix: "series",
    groups,
    bounds: BOUNDS,
    inWords: studioSentence,
    submit: series === null ? "Make the series" : "Save",
    values: series === null ? { ...NEW_SERIES, seriesId: "" } : valuesOfSeries(series),
    save: async (values) => {
      if (series === null) {
        const made = await make(api, values);
        form.fill(values);
        return go(seriesAddress(made.seriesId), `“${made.title}” is made. ${made.listed ? "Everybody sees it." : "Only you see it until you list it."}`);
      }
      const { series: saved, kept } = await save({
        base: valuesOfSeries(series),
        mine: values,
        revision: series.revision,
        write: (mine, revision) => api.putSeries(series.seriesId, { ...seriesTerms(mine), revision }),
        read: () => api.getSeries(series.seriesId),
        valuesOf: valuesOfSeries,
        ask: (differences) => askWhose(form, differences),
      });
      Object.assign(series, saved);
      form.fill(valuesOfSeries(saved));
      if (kept === "theirs") return notices.say("This is how the series is now. Nothing of yours was saved.");
      go(seriesAddress(saved.seriesId), "Saved.");
    },
  });
  const showPrices = () => (prices.textContent = pricesInWords(form.values));
  form.addEventListener("input", showPrices);
  showPrices();
  if (series === null) deriveAddress(form);
  const from = series === null ? back(LIST, "Your series") : back(seriesAddress(series.seriesId), series.title);
  return { title, content: [from, heading(title), form.element], isDirty: () => form.dirty };
}

/**
 * @param {import("./studio-api.js").StudioApi} api
 * @param {import("../room/form.js").Values} values
 */
function make(api, { seriesId, ...values }) {
  return api.putSeries(String(seriesId), { ...seriesTerms(values), revision: 0 }).catch((refusal) => {
    if (refusal.code !== "not_owner" && refusal.code !== "series_changed") throw refusal;
    // Made by somebody else, or by this creator before, in other words.
    const detail = "This address is taken; choose another.";
    throw new Refusal(refusal.code, { status: refusal.status, detail, members: { where: "seriesId" }, cause: refusal });
  });
}

/**
 * Fills the address from the title until the creator writes one.
 * @param {Form} form
 */
function deriveAddress(form) {
  let derived = "";
  form.element.addEventListener("input", (event) => {
    const control = event.target;
    if (!(control instanceof HTMLInputElement) || control.name !== "title") return;
    const address = form.element.elements.namedItem("seriesId");
    if (!(address instanceof HTMLInputElement) || address.value !== derived) return;
    derived = addressFrom(control.value);
    form.set("seriesId", derived);
  });
}
