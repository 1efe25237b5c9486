// SPDX-License-Identifier: MIT
//
// How fast the page is, measured by the page itself: frames a second while the run is scrubbed.

/** @typedef {{openedMs: number, frames: number, seconds: number, framesPerSecond: number,
 *             worstMs: number}} Speed */

/**
 * Scrubs through the whole run and back, a little further each frame.
 *
 * @param {(share: number) => void} show draws the moment at that share of the run
 * @param {number} durationMs
 * @returns {Promise<{frames: number, seconds: number, framesPerSecond: number, worstMs: number}>}
 */
export function measureScrubbing(show, durationMs) {
    return new Promise((resolve) => {
        const begun = performance.now();
        let frames = 0;
        let worstMs = 0;
        let last = begun;
        const frame = () => {
            const now = performance.now();
            worstMs = frames > 1 ? Math.max(worstMs, now - last) : 0;
            last = now;
            const passed = now - begun;
            if (passed >= durationMs) {
                const elapsed = passed / 1000;
                resolve({frames, seconds: elapsed, framesPerSecond: frames / elapsed, worstMs});
                return;
            }
            const share = passed / durationMs * 2;
            show(share < 1 ? share : 2 - share);
            ++frames;
            requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    });
}
