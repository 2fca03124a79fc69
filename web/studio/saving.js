// Saving what others may change at the same time: a tab that stayed open, a second person, a video that was published.

import { Refusal } from "../refusal.js";

/** @typedef {import("../room/form.js").Values} Values */
/** @typedef {import("./studio-api.js").OwnSeries} OwnSeries */
/** @typedef {{name: string, theirs: import("../room/fields.js").Value, mine: import("../room/fields.js").Value, clash: boolean}} Difference
 *   `clash` when both sides have changed it */

/** A series that changes this often between reading and writing is being written by a machine. */
const MOST_TRIES = 4;

/**
 * @typedef {object} About
 * @property {Values} base       what the form began with
 * @property {Values} mine       what stands in it now
 * @property {number} revision   of the series that `base` was read from
 * @property {(values: Values, revision: number) => Promise<OwnSeries>} write
 * @property {() => Promise<OwnSeries>} read
 * @property {(series: OwnSeries) => Values} valuesOf what a form of the series as it is now would begin with
 * @property {(differences: Difference[]) => Promise<"mine" | "theirs">} ask
 */

/**
 * Writes a form's values. When the series is at another revision by now, whatever the form does not show is none of its
 * business and it is written all the same; what it shows and others have changed is the creator's to decide.
 * @param {About} about
 * @returns {Promise<{series: OwnSeries, kept: "mine" | "theirs"}>} the series as it stands, and whose values it has
 * @throws {Refusal} why it was not written
 */
export async function save({ base, mine, revision, write, read, valuesOf, ask }) {
  for (let tries = 1; ; tries += 1) {
    try {
      return { series: await write(mine, revision), kept: "mine" };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "series_changed" || tries === MOST_TRIES) throw error;
    }
    const series = await read();
    const theirs = valuesOf(series);
    const differences = differencesOf(base, mine, theirs);
    if (differences.length > 0 && (await ask(differences)) === "theirs") return { series, kept: "theirs" };
    mine = merged(base, mine, theirs);
    base = theirs;
    revision = series.revision;
  }
}

/**
 * What others have changed.
 * @param {Values} base
 * @param {Values} mine
 * @param {Values} theirs
 * @returns {Difference[]}
 */
export function differencesOf(base, mine, theirs) {
  return Object.keys(mine)
    .filter((name) => !same(base[name], theirs[name]) && !same(mine[name], theirs[name]))
    .map((name) => ({ name, theirs: theirs[name], mine: mine[name], clash: !same(base[name], mine[name]) }));
}

/**
 * What others have changed, and over it what was changed here.
 * @param {Values} base
 * @param {Values} mine
 * @param {Values} theirs
 * @returns {Values}
 */
export function merged(base, mine, theirs) {
  return Object.fromEntries(
    Object.keys(mine).map((name) => [name, same(base[name], mine[name]) ? theirs[name] : mine[name]]),
  );
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
