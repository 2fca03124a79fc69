// Puts the studio together.

import { part } from "../dom.js";
import { Refusal } from "../refusal.js";
import { openRoom } from "../room/room.js";
import { addView, episodeView } from "./episode-views.js";
import { LIST, placeIn } from "./places.js";
import { listView, seriesFormView, seriesView } from "./series-views.js";
import { StudioApi } from "./studio-api.js";
import { studioSentence } from "./studio-words.js";
import { Tray, addressOf } from "./tray.js";
import { milestone } from "./upload-card.js";
import { Uploads } from "./uploads.js";

/**
 * @typedef {object} Around what a view needs of the studio
 * @property {StudioApi} api
 * @property {import("../notices.js").Notices} notices
 * @property {Uploads} uploads
 * @property {(address: string, sentence: string) => void} go goes to a place, and says so there
 */

/** @typedef {import("../room/room.js").View} View */

/**
 * @param {import("../room/room.js").Given} given
 * @returns {import("../room/room.js").Furnished}
 */
function furnish({ api: plain, notices, go }) {
  const api = new StudioApi(plain);
  const uploads = new Uploads(api);
  const tray = new Tray(uploads, part("tray", HTMLElement), part("news", HTMLElement));
  uploads.addEventListener("news", (event) => event instanceof CustomEvent && tell(event.detail, notices));
  return {
    viewAt: (address) => viewAt({ api, notices, uploads, go }, address),
    isBusy: () => uploads.sending,
    shown: () => tray.show(),
  };
}

/**
 * How an upload ended while its creator was elsewhere in the studio; the episode's own view tells it itself.
 * @param {import("./upload.js").Upload} upload
 * @param {import("../notices.js").Notices} notices
 */
function tell(upload, notices) {
  const address = addressOf(upload);
  if (address === location.hash) return;
  notices.say(milestone(upload), { label: "Show it", act: () => location.assign(address) });
}

/**
 * @param {Around} around
 * @param {string} address
 * @returns {Promise<View>}
 */
function viewAt(around, address) {
  const place = placeIn(address);
  if (place.view === "list") return listView(around);
  if (place.view === "make") return seriesFormView(around, null);
  if (place.view === "nowhere") return Promise.reject(new Refusal("not_found", { status: 404 }));
  if (place.view === "series") return seriesView(around, place.seriesId);
  if (place.view === "edit") return seriesFormView(around, place.seriesId);
  if (place.view === "add") return addView(around, place.seriesId);
  return episodeView(around, place.seriesId, place.episode);
}

// A file that falls beside the place for it would otherwise replace the page, and with it every transfer.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());

openRoom({
  name: "Studio",
  page: "/studio.html",
  inWords: studioSentence,
  guest: { heading: "Your studio", words: "Make series, send their episodes, set prices and releases." },
  stranger: {
    title: "For creators",
    heading: "The studio is for creators",
    words: "Series are made by accounts that have been admitted as creators, and this one has not been. Ask whoever runs this service.",
  },
  closed: ["group_required"],
  home: { address: LIST, words: "Your series" },
  offline: "You are offline. What is typed here stays; sending goes on when you are back.",
  furnish,
});
