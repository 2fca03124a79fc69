// The languages of one stream: its captions, drawn by the page so that nothing covers them, and its sound.

import { bestLanguage, chosen } from "../choices.js";
import { element } from "../dom.js";

/** @typedef {{language: string, name: string}} Language */
/** @typedef {{cues: VTTCue[], subtitleTrack?: {lang?: string, name: string}}} Parsed */

/**
 * Dispatches `change` when there are other languages to choose from, and `cue` (`detail`: a paragraph for each of the lines to
 * show, or none) when what is said changes.
 */
export class Tracks extends EventTarget {
  /** @type {HTMLVideoElement} */ #video;
  /** @type {any} hls.js's instance, or null where the browser plays by itself */ #hls = null;
  /**
   * What hls.js reads, by language; without a source, since the policy allows it no `data:`. The lines stay when another
   * language is chosen: the library does not read them again.
   * @type {Map<string, TextTrack>}
   */
  #lines = new Map();

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.#video = video;
    video.textTracks.addEventListener("change", () => this.#tell());
    video.textTracks.addEventListener("addtrack", ({ track }) => track?.addEventListener("cuechange", () => this.#tell()));
  }

  /**
   * Follows a stream that hls.js plays.
   * @param {any} hls
   * @param {any} events its names of events
   */
  followThrough(hls, events) {
    this.#hls = hls;
    hls.on(events.CUES_PARSED, (/** @type {string} */ _, /** @type {Parsed} */ { cues, subtitleTrack }) => {
      if (subtitleTrack !== undefined) this.#add(cues, subtitleTrack);
    });
    for (const name of [events.SUBTITLE_TRACKS_UPDATED, events.AUDIO_TRACKS_UPDATED]) {
      // The library makes its own choice right after it has told, so the viewer's comes after that.
      hls.on(name, () => queueMicrotask(() => hls === this.#hls && this.apply()));
    }
  }

  /** Follows a stream that the browser plays by itself. */
  follow() {
    this.#video.addEventListener("loadedmetadata", () => this.apply(), { once: true });
  }

  /** Forgets the stream. */
  leave() {
    this.#hls = null;
    this.#forgetLines();
    this.dispatchEvent(new CustomEvent("cue", { detail: [] }));
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {Language[]} that captions can be had in */
  get captions() {
    if (this.#hls !== null) return distinct(this.#hls.subtitleTracks);
    return distinct(this.#native().map(({ language, label }) => ({ lang: language, name: label })));
  }

  /** @returns {Language[]} that can be heard */
  get sounds() {
    return this.#hls === null ? [] : distinct(this.#hls.audioTracks);
  }

  /** @returns {string | null} the language of the captions by the viewer's choice, null for none */
  get captionLanguage() {
    const wish = chosen().captions;
    if (wish === "off") return null;
    const there = this.captions.map((one) => one.language);
    return bestLanguage(there, wish === undefined ? navigator.languages : [wish, ...navigator.languages]) ?? there[0] ?? null;
  }

  /** @returns {string | null} the language that is heard, null for the only one there is */
  get soundLanguage() {
    const wish = chosen().sound;
    const there = this.sounds.map((one) => one.language);
    return wish === undefined ? (there[0] ?? null) : (bestLanguage(there, [wish]) ?? there[0] ?? null);
  }

  /** Brings the stream to what the viewer has chosen. */
  apply() {
    const caption = this.captionLanguage;
    const sound = this.soundLanguage;
    if (this.#hls === null) {
      for (const track of this.#native()) track.mode = track.language === caption ? "hidden" : "disabled";
    } else {
      this.#hls.subtitleTrack = indexOf(this.#hls.subtitleTracks, caption);
      for (const track of this.#lines.values()) track.mode = "hidden";
      const index = indexOf(this.#hls.audioTracks, sound);
      if (index >= 0 && this.#hls.audioTrack !== index && this.#hls.audioTracks.length > 1) this.#hls.audioTrack = index;
    }
    this.#tell();
    this.dispatchEvent(new Event("change"));
  }

  /** The stream's own text tracks, where the browser plays it by itself. */
  #native() {
    return [...this.#video.textTracks].filter((track) => ![...this.#lines.values()].includes(track));
  }

  /**
   * @param {VTTCue[]} cues
   * @param {{lang?: string, name: string}} about
   */
  #add(cues, { lang = "", name }) {
    const track = this.#lines.get(lang) ?? this.#video.addTextTrack("captions", name, lang);
    this.#lines.set(lang, track);
    const held = new Set([...(track.cues ?? [])].map(nameOf));
    // A segment that is read again after a seek brings its lines again.
    for (const cue of cues.filter((one) => !held.has(nameOf(one)))) track.addCue(cue);
    this.#tell();
  }

  #forgetLines() {
    for (const track of this.#lines.values()) {
      for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
    }
  }

  /** @returns {HTMLElement[]} a paragraph for each of the lines that are said now */
  get lines() {
    const language = this.captionLanguage;
    // What the viewer has turned on in the browser's own menu, the browser draws.
    const spoken = [...this.#video.textTracks].filter((track) => track.mode === "hidden" && track.language === language);
    const cues = spoken.flatMap((track) => [...(track.activeCues ?? [])]);
    return cues.map((cue) => element("p", {}, /** @type {VTTCue} */ (cue).getCueAsHTML()));
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("cue", { detail: this.lines }));
  }
}

/**
 * @param {{lang?: string, name: string}[]} tracks
 * @returns {Language[]}
 */
function distinct(tracks) {
  const found = new Map(tracks.filter(({ lang }) => lang).map(({ lang = "", name }) => [lang, { language: lang, name }]));
  return [...found.values()];
}

/**
 * @param {{lang?: string}[]} tracks
 * @param {string | null} language
 */
function indexOf(tracks, language) {
  return language === null ? -1 : tracks.findIndex(({ lang }) => lang === language);
}

/** @param {TextTrackCue} cue */
function nameOf(cue) {
  return `${cue.startTime} ${/** @type {VTTCue} */ (cue).text}`;
}
