// Thumbnails for scrubbing: pictures with a grid of small ones, listed in a playlist of their own that the main playlist names
// (EXT-X-IMAGE-STREAM-INF and EXT-X-TILES, the image-based trick play of Roku's HLS extension, as MediaConvert writes it).

/** @typedef {{url: string, x: number, y: number, width: number, height: number}} Tile a part of a picture, in its pixels */
/** @typedef {{url: string, from: number, seconds: number, columns: number, rows: number, width: number, height: number}} Sheet */

/**
 * @param {string} line a tag
 * @returns {Map<string, string>} its attributes, without quotes
 */
function attributesOf(line) {
  const pairs = line.slice(line.indexOf(":") + 1).matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g);
  return new Map([...pairs].map(([, name, value]) => [name, value.replace(/^"|"$/g, "")]));
}

/**
 * The address of the image playlist with the smallest pictures.
 * @param {string} text the main playlist
 * @param {string} url  its address
 * @returns {string | null} null where there is none
 */
export function imagePlaylistOf(text, url) {
  const listed = text.split(/\r?\n/).filter((line) => line.startsWith("#EXT-X-IMAGE-STREAM-INF:")).map(attributesOf);
  const smallest = listed.filter((one) => one.has("URI")).sort((a, b) => widthOf(a) - widthOf(b))[0];
  return smallest === undefined ? null : new URL(smallest.get("URI") ?? "", url).href;
}

/** @param {Map<string, string>} attributes */
function widthOf(attributes) {
  return Number.parseInt(attributes.get("RESOLUTION") ?? "0", 10);
}

/**
 * @param {string} text an image playlist
 * @param {string} url  its address
 * @returns {Sheet[]} in order of time
 */
export function sheetsOf(text, url) {
  const sheets = [];
  let [from, length] = [0, 0];
  /** @type {Map<string, string>} */ let tiles = new Map();
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    if (line.startsWith("#EXTINF:")) length = Number.parseFloat(line.slice(8));
    else if (line.startsWith("#EXT-X-TILES:")) tiles = attributesOf(line);
    else if (line !== "" && !line.startsWith("#")) {
      const [width, height] = pair(tiles.get("RESOLUTION"));
      const [columns, rows] = pair(tiles.get("LAYOUT"));
      const seconds = Number.parseFloat(tiles.get("DURATION") ?? "") || length / (columns * rows);
      if (width > 0 && seconds > 0) sheets.push({ url: new URL(line, url).href, from, seconds, columns, rows, width, height });
      from += length;
    }
  }
  return sheets;
}

/** @param {string | undefined} text "90x160" */
function pair(text) {
  const [one, other] = (text ?? "").split("x").map(Number);
  return [one || 0, other || 0];
}

/**
 * @param {Sheet[]} sheets
 * @param {number} seconds into the episode
 * @returns {Tile | null} null where there is no picture for it
 */
export function tileAt(sheets, seconds) {
  const sheet = sheets.findLast((one) => one.from <= seconds);
  if (sheet === undefined) return null;
  const { columns, rows, width, height } = sheet;
  const index = Math.min(Math.floor((seconds - sheet.from) / sheet.seconds), columns * rows - 1);
  return { url: sheet.url, x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
}

/** The thumbnails of one stream, loaded when they are first asked for. */
export class Tiles {
  /** @type {Promise<Sheet[]>} */ #sheets;
  /** @type {Map<string, Promise<HTMLImageElement>>} */ #pictures = new Map();

  /** @param {string} playlistUrl the main playlist's address, under the same grant as the stream */
  constructor(playlistUrl) {
    this.#sheets = load(playlistUrl).catch(() => []);
  }

  /**
   * Draws the thumbnail for a place.
   * @param {HTMLCanvasElement} canvas
   * @param {number} seconds
   * @returns {Promise<boolean>} false where there is none
   */
  async draw(canvas, seconds) {
    const tile = tileAt(await this.#sheets, seconds);
    if (tile === null) return false;
    const picture = this.#pictures.get(tile.url) ?? loadPicture(tile.url);
    this.#pictures.set(tile.url, picture);
    try {
      const { x, y, width, height } = tile;
      canvas.getContext("2d")?.drawImage(await picture, x, y, width, height, 0, 0, canvas.width, canvas.height);
      return true;
    } catch {
      this.#pictures.delete(tile.url);
      return false;
    }
  }
}

/** @param {string} playlistUrl */
async function load(playlistUrl) {
  const url = imagePlaylistOf(await text(playlistUrl), playlistUrl);
  return url === null ? [] : sheetsOf(await text(url), url);
}

/** @param {string} url */
async function text(url) {
  const response = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(15_000) });
  if (!response.ok) throw new TypeError(`status ${response.status}`);
  return response.text();
}

/** @param {string} url */
async function loadPicture(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return picture;
}
