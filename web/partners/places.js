// Where in the console a person is. The address's fragment decides, the mode above all, so that no link crosses it unseen.

/** @typedef {"live" | "sandbox"} Mode */
/** @typedef {"endpoints" | "clients" | "requests" | "usage" | "events"} Section */
/**
 * @typedef {object} Place
 * @property {Mode} mode
 * @property {Section} section
 * @property {string | null} id    of an endpoint, or `new`
 * @property {string | null} rest  `edit`, or the id of one of its deliveries
 */

export const MODES = /** @type {const} */ (["sandbox", "live"]);
/** @type {[Section, string][]} */
export const SECTIONS = [
  ["endpoints", "Endpoints"],
  ["clients", "Clients"],
  ["requests", "Requests"],
  ["usage", "Usage"],
  ["events", "Events"],
];
export const NEW = "new";
export const EDIT = "edit";

const ADDRESS =
  /^#\/(live|sandbox)(?:\/(endpoints|clients|requests|usage|events)(?:\/([a-z0-9-]{1,64})(?:\/(edit|deliveries\/([A-Za-z0-9-]{1,80})))?)?)?$/;

/**
 * @param {Mode} mode
 * @param {Section} section
 */
export function sectionAddress(mode, section) {
  return `#/${mode}/${section}`;
}

/**
 * @param {Mode} mode
 * @param {string} endpointId or `new`
 */
export function endpointAddress(mode, endpointId) {
  return `#/${mode}/endpoints/${endpointId}`;
}

/**
 * @param {Mode} mode
 * @param {string} endpointId
 */
export function editAddress(mode, endpointId) {
  return `#/${mode}/endpoints/${endpointId}/${EDIT}`;
}

/**
 * @param {Mode} mode
 * @param {string} endpointId
 * @param {string} deliveryId
 */
export function deliveryAddress(mode, endpointId, deliveryId) {
  return `#/${mode}/endpoints/${endpointId}/deliveries/${deliveryId}`;
}

/**
 * @param {string} fragment
 * @returns {Place | null} null where there is nothing; who comes without an address comes to the sandbox
 */
export function placeIn(fragment) {
  if (fragment === "" || fragment === "#" || fragment === "#/") return { mode: "sandbox", section: "endpoints", id: null, rest: null };
  const match = ADDRESS.exec(fragment);
  if (match === null) return null;
  const [, mode, section = "endpoints", id = null, rest = null, delivery = null] = match;
  if (id !== null && section !== "endpoints") return null;
  return { mode: /** @type {Mode} */ (mode), section: /** @type {Section} */ (section), id, rest: delivery ?? rest };
}
