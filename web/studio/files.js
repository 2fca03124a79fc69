// What the creator has chosen to send: which file is what, in which language, and what can be said before it is sent.
// All of it is an early hint. The service looks into every file and decides.

import { duration } from "../words.js";
import { DUB_BYTES, LANGUAGE_TAG, LONGEST_MS, MOST_DUBS, MOST_SUBTITLES, SUBTITLES_BYTES, VIDEO_BYTES } from "./bounds.js";
import { bytes } from "./studio-words.js";

/** @typedef {"video" | "subtitles" | "dub"} Kind */
/** @typedef {{kind: Kind, file: File, contentType: string, language: string}} Chosen `language` is empty for a video */
/** @typedef {{widthPx: number, heightPx: number, durationMs: number}} Looked what the browser could see of a video */

/** @type {Record<string, {kind: Kind, contentType: string}>} by a name's ending: browsers leave `File.type` empty for some */
const ENDINGS = {
  mp4: { kind: "video", contentType: "video/mp4" },
  m4v: { kind: "video", contentType: "video/mp4" },
  mov: { kind: "video", contentType: "video/quicktime" },
  webm: { kind: "video", contentType: "video/webm" },
  mkv: { kind: "video", contentType: "video/x-matroska" },
  vtt: { kind: "subtitles", contentType: "text/vtt" },
  srt: { kind: "subtitles", contentType: "application/x-subrip" },
  m4a: { kind: "dub", contentType: "audio/mp4" },
  mp3: { kind: "dub", contentType: "audio/mpeg" },
  wav: { kind: "dub", contentType: "audio/wav" },
};

/** What a file dialog offers. */
export const ACCEPTED = Object.keys(ENDINGS)
  .map((ending) => `.${ending}`)
  .join(",");

const MOST_BYTES = { video: VIDEO_BYTES, subtitles: SUBTITLES_BYTES, dub: DUB_BYTES };
const MOST_FILES = { video: 1, subtitles: MOST_SUBTITLES, dub: MOST_DUBS };
export const KINDS = { video: "Video", subtitles: "Subtitles", dub: "Dub" };

/**
 * Adds files to what has been chosen. A second video takes the first one's place.
 * @param {Chosen[]} before
 * @param {Iterable<File>} files
 * @returns {{chosen: Chosen[], refused: string[]}} why files were not taken, in words
 */
export function choose(before, files) {
  let chosen = [...before];
  const refused = [];
  for (const file of files) {
    const known = ENDINGS[file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase()];
    const fault = known === undefined ? "is neither a video nor subtitles nor sound that the studio takes" : faultOf(known.kind, file);
    if (fault !== "") {
      refused.push(`“${file.name}” ${fault}.`);
      continue;
    }
    const one = { ...known, file, language: known.kind === "video" ? "" : languageIn(file.name) };
    if (one.kind === "video") chosen = chosen.filter((other) => other.kind !== "video");
    if (chosen.filter((other) => other.kind === one.kind).length >= MOST_FILES[one.kind]) {
      refused.push(`“${file.name}” is one too many: at most ${MOST_FILES[one.kind]} of its kind go with a video.`);
    } else {
      chosen.push(one);
    }
  }
  return { chosen, refused };
}

/**
 * @param {Kind} kind
 * @param {File} file
 * @returns {string} why the service would certainly not take it, or nothing
 */
function faultOf(kind, file) {
  if (file.size === 0) return "is empty";
  return file.size > MOST_BYTES[kind] ? `has ${bytes(file.size)}; at most ${bytes(MOST_BYTES[kind])} are taken` : "";
}

/**
 * The language that a file's name ends in: `ep1.en.vtt`, `low-tide_pt-BR.srt`.
 * @param {string} name
 * @returns {string} a tag, or nothing
 */
export function languageIn(name) {
  const stem = name.replace(/\.[^.]*$/, "");
  const found = /(?:^|[._\s-])([a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?)$/.exec(stem);
  if (found === null) return "";
  const [language, ...rest] = found[1].split(/[-_]/);
  const tag = [language, ...rest.map((part) => (part.length === 4 ? part[0].toUpperCase() + part.slice(1).toLowerCase() : part.toUpperCase()))].join("-");
  return isLanguage(tag) ? tag : "";
}

/**
 * Whether a tag has the service's form and names a language there is: `ep` has the form alone.
 * @param {string} tag
 */
function isLanguage(tag) {
  if (!LANGUAGE_TAG.test(tag)) return false;
  return new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(tag) !== undefined;
}

/**
 * @param {Chosen[]} chosen
 * @returns {string} why it cannot be sent as it is, or nothing
 */
export function hindrance(chosen) {
  if (!chosen.some((one) => one.kind === "video")) return "A video is needed; subtitles and dubs go with it.";
  for (const kind of /** @type {const} */ (["subtitles", "dub"])) {
    const tags = chosen.filter((one) => one.kind === kind).map((one) => one.language);
    if (tags.some((tag) => !LANGUAGE_TAG.test(tag))) return "Each file of subtitles and each dub needs its language, like en or pt-BR.";
    if (new Set(tags).size < tags.length) return `Two ${kind === "dub" ? "dubs" : "files of subtitles"} have the same language.`;
  }
  return "";
}

/**
 * What the service is asked for.
 * @param {Chosen[]} chosen with a video
 * @returns {import("./studio-api.js").UploadAsked}
 */
export function askedFor(chosen) {
  const parts = (/** @type {Kind} */ kind) =>
    chosen
      .filter((one) => one.kind === kind)
      .map(({ language, contentType, file }) => ({ language, contentType, sizeBytes: file.size }));
  const [video] = chosen.filter((one) => one.kind === "video");
  return { contentType: video.contentType, sizeBytes: video.file.size, subtitles: parts("subtitles"), dubs: parts("dub") };
}

/**
 * Lets the browser look into a video.
 * @param {File} file
 * @returns {Promise<Looked | null>} null when this browser cannot; that says nothing about the service
 */
export function lookInto(file) {
  const address = URL.createObjectURL(file);
  const video = document.createElement("video");
  return new Promise((resolve) => {
    /** @param {Looked | null} seen */
    const settle = (seen) => {
      video.removeAttribute("src");
      URL.revokeObjectURL(address);
      resolve(seen);
    };
    video.addEventListener("error", () => settle(null));
    video.addEventListener("loadedmetadata", () => {
      const seen = { widthPx: video.videoWidth, heightPx: video.videoHeight, durationMs: Math.round(video.duration * 1000) };
      settle(seen.widthPx > 0 && Number.isFinite(seen.durationMs) ? seen : null);
    });
    video.preload = "metadata";
    video.src = address;
  });
}

/**
 * @param {Looked | null} seen
 * @returns {{words: string, doubt: boolean}} what is known of a video, and whether the service may refuse it for that
 */
export function hintAbout(seen) {
  if (seen === null) return { words: "This browser cannot look into it; the service will.", doubt: false };
  const facts = `${seen.widthPx} by ${seen.heightPx}, ${duration(seen.durationMs)}`;
  if (seen.widthPx >= seen.heightPx) return { words: `${facts}: this is not upright. The service takes upright videos only.`, doubt: true };
  if (seen.durationMs > LONGEST_MS) {
    return { words: `${facts}: an episode lasts ${duration(LONGEST_MS)} at most.`, doubt: true };
  }
  return { words: facts, doubt: false };
}
