// SPDX-License-Identifier: MIT
//
// The time axis: how many views changed to what, and a lane for each fault. Drawn once for a size; the
// cursor that moves over it is an element of its own.

import { ALIVE, DEAD, LEFT, SUSPECT, VIEWS } from "./views.js";
import { faultWords } from "./words.js";

const LANE_PX = 15;
const LANES_AT_MOST = 8;
const ACTIVITY_PX = 44;
const TICKS_PX = 18;
export const AXIS_MARGIN_PX = 12;

/** @typedef {{fault: Fault, run: number, lane: number}} Bar */

/**
 * Faults of all runs, so that no two of a lane are on at once; those that do not fit share the last.
 *
 * @param {About[]} abouts
 * @returns {Bar[]}
 */
export function lanesOf(abouts) {
    /** @type {number[]} */
    const ends = [];
    /** @type {Bar[]} */
    const bars = [];
    const seen = new Set();
    abouts.forEach((about, run) => {
        for (const fault of about.faults) {
            const key = JSON.stringify(fault);
            if (seen.has(key)) {
                continue;
            }
            seen.add(key);
            const width = about.simulated_s / 60;
            let lane = ends.findIndex((end) => end <= fault.from_s);
            if (lane < 0) {
                lane = Math.min(ends.length, LANES_AT_MOST - 1);
            }
            const end = fault.to_s === null ? about.simulated_s : fault.to_s;
            ends[lane] = Math.max(ends[lane] || 0, end, fault.from_s + width);
            bars.push({fault, run, lane});
        }
    });
    return bars;
}

/**
 * Changes by bin and kind: suspected, gone, back.
 *
 * @param {import("./replay.js").Replay} replay
 * @param {number} bins
 */
export function activityOf(replay, bins) {
    const found = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
    for (let step = 0; step < replay.steps; ++step) {
        const bin = Math.min(bins - 1, Math.floor(step * bins / replay.steps));
        const told = (/** @type {number} */ view) => replay.tally[step * VIEWS + view];
        found[0][bin] += told(SUSPECT);
        found[1][bin] += told(DEAD) + told(LEFT);
        found[2][bin] += told(ALIVE);
    }
    return found;
}

/**
 * The step in which most views change.
 *
 * @param {import("./replay.js").Replay} replay
 */
export function busiestStep(replay) {
    let found = 0;
    for (let step = 1; step < replay.steps; ++step) {
        const changes = replay.starts[step + 1] - replay.starts[step];
        found = changes > replay.starts[found + 1] - replay.starts[found] ? step : found;
    }
    return found;
}

export class Axis {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {import("./replay.js").Replay} replay of the first run
     * @param {About[]} abouts
     */
    constructor(canvas, replay, abouts) {
        this.canvas = canvas;
        this.replay = replay;
        this.abouts = abouts;
        this.bars = lanesOf(abouts);
        this.endS = Math.max(...abouts.map((about) => about.simulated_s));
        this.width = 0;
        const lanes = this.bars.reduce((most, bar) => Math.max(most, bar.lane + 1), 0);
        this.height = ACTIVITY_PX + lanes * LANE_PX + TICKS_PX;
        /** @type {number[][]} moments to mark: seconds by run */
        this.marks = [];
    }

    /** @param {number} timeS @returns {number} CSS pixels */
    xOf(timeS) {
        return AXIS_MARGIN_PX + timeS / this.endS * (this.width - 2 * AXIS_MARGIN_PX);
    }

    /** @param {number} x */
    timeAt(x) {
        const share = (x - AXIS_MARGIN_PX) / (this.width - 2 * AXIS_MARGIN_PX);
        return Math.max(0, Math.min(1, share)) * this.endS;
    }

    /**
     * @param {number} width in CSS pixels
     * @param {number} scale
     * @param {import("./palette.js").Palette} palette
     */
    draw(width, scale, palette) {
        this.width = width;
        this.canvas.width = Math.round(width * scale);
        this.canvas.height = Math.round(this.height * scale);
        this.canvas.style.height = `${this.height}px`;
        const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
        context.scale(scale, scale);
        this._activity(context, palette);
        this._faults(context, palette);
        this._ticks(context, palette);
    }

    /** @param {CanvasRenderingContext2D} context @param {import("./palette.js").Palette} palette */
    _activity(context, palette) {
        const bins = Math.max(1, Math.floor((this.width - 2 * AXIS_MARGIN_PX) / 2));
        const kinds = activityOf(this.replay, bins);
        const most = Math.max(1, ...kinds[0].map((value, bin) =>
            value + kinds[1][bin] + kinds[2][bin]));
        // The root lets one event be seen beside thousands.
        const high = (/** @type {number} */ value) => Math.sqrt(value / most) * (ACTIVITY_PX - 6);
        const colours = [palette.views[2], palette.views[3], palette.views[6]];
        for (let bin = 0; bin < bins; ++bin) {
            const x = AXIS_MARGIN_PX + bin * 2;
            let below = 0;
            kinds.forEach((kind, place) => {
                if (kind[bin]) {
                    const [from, to] = [high(below), high(below + kind[bin])];
                    const tall = Math.max(1.5, to - from);
                    context.fillStyle = colours[place];
                    context.fillRect(x, ACTIVITY_PX - from - tall, 2, tall);
                    below += kind[bin];
                }
            });
        }
        context.strokeStyle = palette.line;
        context.beginPath();
        context.moveTo(AXIS_MARGIN_PX, ACTIVITY_PX + 0.5);
        context.lineTo(this.width - AXIS_MARGIN_PX, ACTIVITY_PX + 0.5);
        context.stroke();
    }

    /** @param {CanvasRenderingContext2D} context @param {import("./palette.js").Palette} palette */
    _faults(context, palette) {
        context.font = "11px 'DejaVu Sans', sans-serif";
        context.textBaseline = "middle";
        context.textAlign = "left";
        for (const bar of this.bars) {
            const {fault, run, lane} = bar;
            const from = this.xOf(fault.from_s);
            const to = this.xOf(fault.to_s === null ? this.endS : fault.to_s);
            const y = ACTIVITY_PX + 2 + lane * LANE_PX;
            context.globalAlpha = 0.28;
            context.fillStyle = palette.fault;
            context.fillRect(from, y, Math.max(3, to - from), LANE_PX - 3);
            context.globalAlpha = 1;
            context.fillRect(from, y, 3, LANE_PX - 3);
            const names = this.abouts[run].names;
            const text = (run ? "B " : "") + faultWords(fault, names);
            context.fillStyle = palette.ink;
            const wide = context.measureText(text).width;
            const left = from + 6 + wide > this.width - AXIS_MARGIN_PX ? from - wide - 4 : from + 6;
            context.fillText(text, Math.max(2, left), y + (LANE_PX - 3) / 2 + 0.5);
        }
    }

    /** @param {CanvasRenderingContext2D} context @param {import("./palette.js").Palette} palette */
    _ticks(context, palette) {
        const y = this.height - TICKS_PX;
        const step = tickStep(this.endS, this.width);
        context.fillStyle = palette.muted;
        context.strokeStyle = palette.line;
        context.textAlign = "center";
        for (let tick = 0; tick * step <= this.endS + 1e-9; ++tick) {
            const x = this.xOf(tick * step);
            context.beginPath();
            context.moveTo(x + 0.5, y - 2);
            context.lineTo(x + 0.5, y + 3);
            context.stroke();
            const text = String(Number((tick * step).toFixed(3)));
            context.fillText(tick ? text : `${text} s`, x, y + 10);
        }
    }
}

/**
 * @param {number} endS
 * @param {number} width
 */
export function tickStep(endS, width) {
    const least = endS / Math.max(1, width / 70);
    const power = Math.pow(10, Math.floor(Math.log10(least)));
    return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= least) || least;
}
