// SPDX-License-Identifier: MIT
//
// The view matrix: a row an observer, a column a subject, a colour a view.
//
// Of more members than pixels each pixel shows the most telling of its pairs (classes.js, PRIORITY), so
// one wrong view among a million is still seen. The picture is made anew for each moment: a million
// look-ups take a few milliseconds, and nothing can be left over from before.

import { CLASSES, CLASS_ALIVE, CLASS_OFF, classTable, HEALTHS, healthOf } from "./classes.js";
import { ALIVE } from "./views.js";
import { RUNNING } from "./truth.js";
import { pixels, ranks } from "./palette.js";

const LEAST_GRID_PX = 7;
const LEAST_NAME_PX = 13;
const MARGIN_PX = 44;

export class Matrix {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {import("./replay.js").Replay} replay
     * @param {About} about
     */
    constructor(canvas, replay, about) {
        this.canvas = canvas;
        this.replay = replay;
        this.about = about;
        this.members = replay.members;
        this.table = classTable();
        this.rank = ranks();
        /** How many pairs are of each class. */
        this.counts = new Uint32Array(CLASSES.length);
        /** Which member stands where: places of the shown, in the order of the picture. */
        this.order = Uint32Array.from({length: this.members}, (_, place) => place);
        /** @type {[number, number] | null} the observer and the subject under the cursor */
        this.cursor = null;
        /** @type {number} a subject whose column is marked; -1: none */
        this.marked = -1;
        this.picture = document.createElement("canvas");
        /** @type {ImageData | null} the pixels of the picture, kept from moment to moment */
        this.image = null;
        /** The rank of what each of them shows. */
        this.best = new Uint8Array(0);
        this.scale = 1;
        this.size = 0;
        this.side = 0;
        this.margin = 0;
    }

    /** @param {number} cssPx width and height @param {number} scale device pixels a CSS pixel */
    resize(cssPx, scale) {
        this.scale = scale;
        this.size = Math.round(cssPx * scale);
        this.margin = cssPx / this.members >= LEAST_NAME_PX ? MARGIN_PX * scale : 0;
        this.side = this.size - this.margin;
        this.canvas.width = this.size;
        this.canvas.height = this.size;
        this.canvas.style.height = `${cssPx}px`;
        this.picture.width = Math.min(this.members, this.side);
        this.picture.height = this.picture.width;
    }

    /**
     * Counts all pairs and draws them.
     *
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    draw(truth, palette) {
        const context = /** @type {CanvasRenderingContext2D} */ (this.picture.getContext("2d"));
        const width = this.picture.width;
        if (!this.image || this.image.width !== width) {
            this.image = context.createImageData(width, width);
            this.best = new Uint8Array(width * width);
        }
        this._fill(new Uint32Array(this.image.data.buffer), width, truth, palette);
        context.putImageData(this.image, 0, 0);
        const target = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
        target.imageSmoothingEnabled = false;
        target.fillStyle = palette.panel;
        target.fillRect(0, 0, this.size, this.size);
        target.drawImage(this.picture, this.margin, this.margin, this.side, this.side);
        this._grid(target, palette);
        this._marks(target, palette);
    }

    /**
     * @param {Uint32Array} image
     * @param {number} width
     * @param {import("./truth.js").Truth} truth
     * @param {import("./palette.js").Palette} palette
     */
    _fill(image, width, truth, palette) {
        const {members, rank, counts, order, best} = this;
        const state = this.replay.state;
        const shown = this.replay.views.members;
        const colours = pixels(palette);
        best.fill(rank[CLASS_ALIVE]);
        image.fill(colours[CLASS_ALIVE]);
        const row = new Uint32Array(members);
        const off = new Uint8Array(members);
        for (let place = 0; place < members; ++place) {
            row[order[place]] = Math.floor(place * width / members) * width;
        }
        for (let observer = 0; observer < members; ++observer) {
            off[observer] = truth.flags[shown[observer]] & RUNNING ? 0 : 1;
        }
        counts.fill(0);
        const classes = this.table;
        for (let place = 0; place < members; ++place) {
            const subject = order[place];
            const column = Math.floor(place * width / members);
            const health = healthOf(truth.flags[shown[subject]]) % HEALTHS * 64;
            const base = subject * members;
            // Most hold most for alive, and rightly: what is everywhere is there already.
            const calm = classes[health + ALIVE] === CLASS_ALIVE ? ALIVE : -1;
            for (let observer = 0; observer < members; ++observer) {
                const code = state[base + observer];
                if ((code & 7) === calm || off[observer]) {
                    continue;
                }
                const found = classes[health + code];
                const pixel = row[observer] + column;
                ++counts[found];
                if (rank[found] > best[pixel]) {
                    best[pixel] = rank[found];
                    image[pixel] = colours[found];
                }
            }
        }
        this._off(off, row, width, best, image, colours[CLASS_OFF]);
        counts[CLASS_ALIVE] = 0;
        counts[CLASS_ALIVE] = members * members - counts.reduce((sum, each) => sum + each, 0);
    }

    /**
     * The rows of those who do not run.
     *
     * @param {Uint8Array} off
     * @param {Uint32Array} row
     * @param {number} width
     * @param {Uint8Array} best
     * @param {Uint32Array} image
     * @param {number} colour
     */
    _off(off, row, width, best, image, colour) {
        for (let observer = 0; observer < this.members; ++observer) {
            if (!off[observer]) {
                continue;
            }
            this.counts[CLASS_OFF] += this.members;
            for (let pixel = row[observer]; pixel < row[observer] + width; ++pixel) {
                if (best[pixel] < this.rank[CLASS_OFF]) {
                    best[pixel] = this.rank[CLASS_OFF];
                    image[pixel] = colour;
                }
            }
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {import("./palette.js").Palette} palette
     */
    _grid(context, palette) {
        const cell = this.side / this.members;
        if (cell >= LEAST_GRID_PX * this.scale) {
            context.strokeStyle = palette.panel;
            context.lineWidth = this.scale;
            context.beginPath();
            for (let place = 0; place <= this.members; ++place) {
                const at = this.margin + place * cell;
                context.moveTo(at, this.margin);
                context.lineTo(at, this.size);
                context.moveTo(this.margin, at);
                context.lineTo(this.size, at);
            }
            context.stroke();
        }
        if (this.margin) {
            context.fillStyle = palette.muted;
            context.font = `${11 * this.scale}px "DejaVu Sans Mono", monospace`;
            context.textBaseline = "middle";
            this.order.forEach((place, at) => {
                const name = this.about.names[this.replay.views.members[place]];
                const middle = this.margin + (at + 0.5) * cell;
                context.textAlign = "right";
                context.fillText(name, this.margin - 5 * this.scale, middle);
                context.save();
                context.translate(middle, this.margin - 5 * this.scale);
                context.rotate(-Math.PI / 2);
                context.textAlign = "left";
                context.fillText(name, 0, 0);
                context.restore();
            });
        }
    }

    /**
     * @param {CanvasRenderingContext2D} context
     * @param {import("./palette.js").Palette} palette
     */
    _marks(context, palette) {
        const cell = this.side / this.members;
        const thick = Math.max(cell, 2 * this.scale);
        const placeOf = (/** @type {number} */ member) =>
            this.margin + (this.order.indexOf(member) + 0.5) * cell - thick / 2;
        if (this.marked >= 0) {
            const left = placeOf(this.marked);
            if (cell >= LEAST_GRID_PX * this.scale) {
                context.strokeStyle = palette.ink;
                context.lineWidth = 1.5 * this.scale;
                context.strokeRect(left, this.margin, thick, this.side);
            }
            context.fillStyle = palette.ink;
            context.beginPath();
            context.moveTo(left + thick / 2 - 5 * this.scale, this.margin);
            context.lineTo(left + thick / 2 + 5 * this.scale, this.margin);
            context.lineTo(left + thick / 2, this.margin + 7 * this.scale);
            context.fill();
        }
        if (this.cursor) {
            context.strokeStyle = palette.accent;
            context.lineWidth = this.scale;
            const [observer, subject] = this.cursor;
            context.strokeRect(this.margin, placeOf(observer), this.side, thick);
            context.strokeRect(placeOf(subject), this.margin, thick, this.side);
        }
    }

    /**
     * Who is at a place of the canvas; null: nobody.
     *
     * @param {number} x in CSS pixels
     * @param {number} y
     * @returns {[number, number] | null} observer and subject
     */
    pairAt(x, y) {
        const place = (/** @type {number} */ at) =>
            Math.floor((at * this.scale - this.margin) / this.side * this.members);
        const [column, line] = [place(x), place(y)];
        const inside = Math.min(column, line) >= 0 && Math.max(column, line) < this.members;
        return inside ? [this.order[line], this.order[column]] : null;
    }
}

/**
 * Where an arrow key leads from the pair under the cursor; null: another key.
 *
 * @param {Matrix} matrix
 * @param {string} key
 * @returns {[number, number] | null}
 */
export function movedPair(matrix, key) {
    const steps = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
    const step = /** @type {{[key: string]: number[]}} */ (steps)[key];
    if (!step) {
        return null;
    }
    const {order, members} = matrix;
    const [observer, subject] = matrix.cursor || [order[0], order[0]];
    const moved = (/** @type {number} */ place, /** @type {number} */ by) =>
        order[(order.indexOf(place) + by + members) % members];
    return [moved(observer, step[0]), moved(subject, step[1])];
}
