// SPDX-License-Identifier: MIT
//
// The view matrix: a row an observer, a column a subject, a cell what the one holds of the other.

import {DOWN} from "./deeds.js";
import {NOBODY} from "./opinions.js";
import {JUDGEMENTS, MEANINGS, pixel} from "./palette.js";

/**
 * @typedef {import("./opinions.js").Opinions} Opinions
 * @typedef {import("./palette.js").Palette} Palette
 */

export class Matrix {
    /** @param {HTMLCanvasElement} canvas */
    constructor(canvas) {
        this.canvas = canvas;
        this.cells = document.createElement("canvas");
        this.seen = -1;
        /** @type {Opinions | null} */
        this.opinions = null;
        /** @type {Uint32Array} */
        this.pixels = new Uint32Array(JUDGEMENTS.length);
    }

    /** @param {Palette} colours */
    paintWith(colours) {
        this.pixels = Uint32Array.from(JUDGEMENTS, (name) => pixel(colours.views[name]));
        this.seen = -1;
    }

    /**
     * @param {Opinions} opinions
     * @param {number} selected a member, or -1
     * @param {Palette} colours
     */
    draw(opinions, selected, colours) {
        const n = opinions.members;
        if (this.opinions !== opinions || this.seen !== opinions.version) {
            this.fill(opinions);
        }
        const context = this.canvas.getContext("2d");
        if (!context) {
            return;
        }
        const side = this.canvas.width;
        context.imageSmoothingEnabled = n > side;
        context.drawImage(this.cells, 0, 0, side, side);
        if (selected >= 0) {
            const cell = side / n;
            context.strokeStyle = colours.accent;
            context.lineWidth = Math.max(1.5, devicePixelRatio);
            context.strokeRect(0, selected * cell, side, cell);
            context.strokeRect(selected * cell, 0, cell, side);
        }
    }

    /** @param {Opinions} opinions */
    fill(opinions) {
        const n = opinions.members;
        this.opinions = opinions;
        this.seen = opinions.version;
        if (this.cells.width !== n) {
            this.cells.width = n;
            this.cells.height = n;
        }
        const context = this.cells.getContext("2d");
        const image = new ImageData(n, n);
        const pixels = new Uint32Array(image.data.buffer);
        const {judgements} = opinions;
        for (let i = 0; i < pixels.length; ++i) {
            pixels[i] = this.pixels[judgements[i] ?? 0] ?? 0;
        }
        context?.putImageData(image, 0, 0);
    }

    /**
     * @param {number} x within the canvas, from 0 to 1
     * @param {number} y
     * @returns {{observer: number, subject: number} | null}
     */
    cellAt(x, y) {
        const n = this.opinions?.members ?? 0;
        const subject = Math.floor(x * n);
        const observer = Math.floor(y * n);
        const inside = subject >= 0 && subject < n && observer >= 0 && observer < n;
        return inside ? {observer, subject} : null;
    }
}

/**
 * @param {Opinions} opinions
 * @param {number} observer
 * @param {number} subject
 * @returns {string} who thinks what of whom, since when and from whom
 */
export function sentenceOf(opinions, observer, subject) {
    const at = observer * opinions.members + subject;
    const judgement = JUDGEMENTS[opinions.judgements[at] ?? 0] ?? "empty";
    if (opinions.conditionOf(observer) === DOWN) {
        return `m${observer} is down.`;
    }
    if (observer === subject) {
        return `m${observer} is itself.`;
    }
    const since = opinions.since[at] ?? 0;
    const source = opinions.source[at] ?? NOBODY;
    const from = source === NOBODY || source === observer ? "" : `, on the word of m${source}`;
    const when = since > 0 ? `, since ${(since / 1000).toFixed(2)} s${from}` : ", since the start";
    return `m${observer}, of m${subject}: ${MEANINGS[judgement]}${when}.`;
}
