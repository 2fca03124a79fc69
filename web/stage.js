// The upright frame in the middle of the page. One thing stands in it at a time: a poster, a wall or the picture.
// The style sheet hides the video behind the others but keeps its size, by which the player chooses a rendition.

import { element } from "./dom.js";

export class Stage {
  /** @type {HTMLElement} */ #frame;
  /** @type {HTMLElement} */ #front;
  /** @type {HTMLVideoElement} */ video;

  /**
   * @param {HTMLElement} frame
   * @param {HTMLElement} front what covers the picture
   * @param {HTMLVideoElement} video
   */
  constructor(frame, front, video) {
    this.#frame = frame;
    this.#front = front;
    this.video = video;
  }

  /**
   * @param {string} title
   * @param {string} words
   * @param {"poster" | "opening"} [kind] a poster by itself takes less room on a small screen
   */
  showPoster(title, words, kind = "poster") {
    const name = element("p", { class: "title", "aria-hidden": "true" }, title);
    this.#cover(element("div", { class: "poster" }, name, element("p", {}, words)), kind);
  }

  /** @param {HTMLElement} wall */
  showWall(wall) {
    this.#cover(wall, "wall");
    // Whoever pressed "play" reads on here.
    wall.querySelector("h2")?.focus();
  }

  /** @param {string} label */
  showVideo(label) {
    const heldFocus = this.#front.contains(document.activeElement) || document.activeElement === document.body;
    this.video.setAttribute("aria-label", label);
    this.#front.replaceChildren();
    this.#frame.dataset.shows = "video";
    if (heldFocus) this.video.focus({ preventScroll: true });
  }

  /**
   * @param {HTMLElement} content
   * @param {string} kind
   */
  #cover(content, kind) {
    this.#front.replaceChildren(content);
    this.#frame.dataset.shows = kind;
    // On a small screen the episode that was pressed stands below the frame.
    if (kind !== "poster") this.#frame.scrollIntoView({ block: "nearest" });
  }
}
