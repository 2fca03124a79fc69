// What a finger does on the picture: a tap, or a drag up or down that the picture follows and that ends in a swipe or back
// where it was.

/** A movement shorter than this is a tap that trembled. */
const SLOP_PX = 10;
/** A drag goes through past this part of the height, or faster than this. */
const FAR = 0.22;
const FAST_PX_PER_MS = 0.5;

/**
 * @typedef {object} Gestures what is told
 * @property {() => void} tap
 * @property {(pixels: number) => void} drag   how far the picture is off its place, 0 when it is back
 * @property {(direction: 1 | -1) => boolean} swipe up (1) is the next one; false when there is none that way
 */

/**
 * @param {HTMLElement} surface
 * @param {Gestures} told
 */
export function listen(surface, { tap, drag, swipe }) {
  /** @type {{id: number, y: number, at: number, moved: boolean} | null} */ let finger = null;
  let dragged = false;

  surface.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    dragged = false;
    finger = { id: event.pointerId, y: event.clientY, at: event.timeStamp, moved: false };
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    if (finger?.id !== event.pointerId) return;
    const off = event.clientY - finger.y;
    finger.moved ||= Math.abs(off) > SLOP_PX;
    dragged = finger.moved;
    if (finger.moved) drag(off);
  });
  surface.addEventListener("pointerup", (event) => {
    if (finger?.id !== event.pointerId) return;
    const { y, at, moved } = finger;
    finger = null;
    if (!moved) return;
    const off = event.clientY - y;
    const through = Math.abs(off) > surface.clientHeight * FAR || Math.abs(off) / (event.timeStamp - at) > FAST_PX_PER_MS;
    if (!through || !swipe(off < 0 ? 1 : -1)) drag(0);
  });
  surface.addEventListener("pointercancel", () => {
    finger = null;
    drag(0);
  });
  surface.addEventListener("click", (event) => {
    // The click that ends a drag is none; one from the keyboard (`detail` 0) always is.
    if (!dragged || event.detail === 0) tap();
  });
}
