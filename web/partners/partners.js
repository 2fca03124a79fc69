// Puts the console together: the mode that everything is in, the sections, and which view the address names.

import { element, part } from "../dom.js";
import { Refusal } from "../refusal.js";
import { openRoom } from "../room/room.js";
import { clientsView } from "./client-views.js";
import { deliveryView } from "./delivery-views.js";
import { endpointFormView, endpointsView, endpointView } from "./endpoint-views.js";
import { eventsView } from "./event-views.js";
import { PartnerApi } from "./partner-api.js";
import { consoleSentence, MODE_NAMES, MODE_WORDS } from "./partner-words.js";
import { EDIT, MODES, NEW, SECTIONS, placeIn, sectionAddress } from "./places.js";
import { requestsView } from "./request-views.js";
import { usageView } from "./usage-view.js";

/**
 * @typedef {object} Around what a view needs of the console
 * @property {PartnerApi} api             of the place's mode
 * @property {import("./places.js").Mode} mode
 * @property {import("../notices.js").Notices} notices
 * @property {(address: string, sentence: string) => void} go goes to a place, and says so there
 */

/** @typedef {import("../room/room.js").View} View */

const band = part("band", HTMLElement);
const sections = part("sections", HTMLElement);

/**
 * @param {import("../room/room.js").Given} given
 * @returns {import("../room/room.js").Furnished}
 */
function furnish({ api, notices, go }) {
  /** @type {string | null} the partner's name */
  let name = null;
  return {
    viewAt: async (address) => {
      const place = placeIn(address);
      if (place === null) throw new Refusal("not_found", { status: 404 });
      const around = { api: new PartnerApi(api, place.mode), mode: place.mode, notices, go };
      name ??= (await around.api.getPartner()).name;
      const view = await viewAt(around, place);
      return { ...view, title: `${view.title} · ${MODE_NAMES[place.mode]}` };
    },
    shown: (inside) => showPlace(inside ? placeIn(location.hash) : null, name ?? ""),
  };
}

/**
 * @param {Around} around
 * @param {import("./places.js").Place} place
 * @returns {Promise<View>}
 */
function viewAt(around, { section, id, rest }) {
  if (section === "clients") return clientsView(around);
  if (section === "requests") return requestsView(around);
  if (section === "usage") return usageView(around);
  if (section === "events") return eventsView(around);
  if (id === null) return endpointsView(around);
  if (id === NEW) return endpointFormView(around, null);
  if (rest === EDIT) return endpointFormView(around, id);
  return rest === null ? endpointView(around, id) : deliveryView(around, id, rest);
}

/**
 * Shows the mode over everything, and the ways to the sections and to the same section of the other mode.
 * @param {import("./places.js").Place | null} place null where there is no mode
 * @param {string} name of the partner
 */
function showPlace(place, name) {
  band.hidden = sections.hidden = place === null;
  if (place === null) return document.body.removeAttribute("data-mode");
  const { mode, section } = place;
  document.body.dataset.mode = mode;
  part("band-words", HTMLElement).replaceChildren(
    element("strong", {}, MODE_NAMES[mode]),
    name && ` for ${name}. `,
    element("span", {}, MODE_WORDS[mode]),
  );
  part("modes", HTMLElement).replaceChildren(
    ...MODES.map((each) => element("a", { href: sectionAddress(each, section), "aria-current": each === mode && "true" }, MODE_NAMES[each])),
  );
  sections.replaceChildren(
    ...SECTIONS.map(([each, words]) => element("a", { href: sectionAddress(mode, each), "aria-current": each === section && "page" }, words)),
  );
}

openRoom({
  name: "Partners",
  page: "/partners.html",
  inWords: consoleSentence,
  guest: {
    heading: "For partners",
    words: "Say where events are to be sent, see what became of each, and keep the credentials of your programs.",
  },
  stranger: {
    title: "For partners",
    heading: "The console is for partners",
    words: "It is open to people of an organisation that works with this service, and this account is of none. Ask whoever runs the service.",
  },
  closed: ["group_required", "partner_required"],
  home: { address: "#/", words: "Your endpoints" },
  offline: "You are offline. What is typed here stays; nothing is sent until you are back.",
  furnish,
});
