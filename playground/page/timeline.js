// SPDX-License-Identifier: MIT
//
// What was done, and what came of it: on an axis of time, and as lines.

import {ranges} from "./deeds.js";
import {fit, make} from "./dom.js";
import {clockText} from "./numbers.js";

/**
 * @typedef {import("./numbers.js").Moment} Moment
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./worker.js").Deed} Deed
 */

const MOST_LINES = 300;

/** @param {string} text as the core takes it @returns {string} as people do: "crash m7, m20-m22" */
export function wordsOf(text) {
    const [verb = "", operand = ""] = text.split(" ");
    if (operand === "" || !/^[\d,]+$/.test(operand)) {
        return `${verb.replace("datagram_loss", "loss")} ${operand}`.trim();
    }
    const members =
        ranges(operand.split(",").map(Number)).map((each) => `m${each.replace("-", "-m")}`);
    const shown =
        members.length > 6 ? [...members.slice(0, 5), `${members.length - 5} more`] : members;
    return `${verb} ${shown.join(", ")}`;
}

export class Timeline {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {HTMLElement} list
     */
    constructor(canvas, list) {
        this.canvas = canvas;
        this.list = list;
        /** @type {Moment[]} */
        this.marks = [];
    }

    clear() {
        this.list.replaceChildren();
        this.marks = [];
    }

    /**
     * @param {readonly Moment[]} moments
     * @param {boolean} withLetters
     */
    add(moments, withLetters) {
        const shown = moments.slice(-MOST_LINES);
        this.marks.push(...shown.filter((each) => each.kind === "dead" || each.kind === "wrong"));
        this.marks.splice(0, Math.max(0, this.marks.length - 2000));
        for (const moment of shown) {
            const letter = withLetters && moment.cluster >= 0 ? ("AB"[moment.cluster] ?? "") : "";
            const line = make("li", {class: `m-${moment.kind}`, "data-at": `${moment.atMs}`}, [
                make("time", {}, [clockText(moment.atMs)]),
                make("i", {}, [letter]),
                make("span", {}, [moment.text]),
            ]);
            this.insert(line, moment.atMs);
        }
        while (this.list.childElementCount > MOST_LINES) {
            this.list.lastElementChild?.remove();
        }
    }

    /**
     * Two clusters tell side by side, so what comes later may have happened before: a little.
     * @param {HTMLElement} line
     * @param {number} atMs
     */
    insert(line, atMs) {
        let next = this.list.firstElementChild;
        while (next instanceof HTMLElement && Number(next.dataset["at"]) > atMs) {
            next = next.nextElementSibling;
        }
        this.list.insertBefore(line, next);
    }

    /**
     * @param {readonly Deed[]} deeds
     * @param {number} nowMs
     * @param {Palette} colours
     */
    draw(deeds, nowMs, colours) {
        fit(this.canvas);
        const context = this.canvas.getContext("2d");
        if (!context) {
            return;
        }
        const {width, height} = this.canvas;
        const scale = devicePixelRatio;
        const endMs = Math.max(20000, nowMs * 1.15, (deeds[deeds.length - 1]?.atMs ?? 0) * 1.1);
        /** @type {(ms: number) => number} */
        const x = (ms) => (ms / endMs) * (width - 2 * scale) + scale;
        const base = height - 15 * scale;
        context.clearRect(0, 0, width, height);
        context.fillStyle = colours.line;
        context.fillRect(0, base, width, 2 * scale);
        context.fillStyle = colours.accent;
        context.fillRect(0, base, x(nowMs), 2 * scale);
        context.fillStyle = colours.faint;
        context.font = `${10.5 * scale}px system-ui, sans-serif`;
        const step =
            [1, 2, 5, 10, 20, 60, 120, 300, 600, 1200].find((s) => endMs / 1000 / s <= 12) ?? 1200;
        for (let s = 0; s * 1000 <= endMs; s += step) {
            context.fillRect(x(s * 1000), base, scale, 5 * scale);
            context.fillText(
                `${s}s`, Math.min(x(s * 1000) + 3 * scale, width - 28 * scale), height - 2 * scale);
        }
        for (const mark of this.marks) {
            context.fillStyle = mark.kind === "wrong" ? colours.views.wrong : colours.views.gone;
            context.fillRect(x(mark.atMs), base - 8 * scale, 1.5 * scale, 7 * scale);
        }
        let free = 0;
        for (const deed of deeds) {
            context.fillStyle = colours.views.suspect;
            context.fillRect(x(deed.atMs), 2 * scale, 2 * scale, base - 2 * scale);
            const text = wordsOf(deed.text);
            if (x(deed.atMs) >= free) {
                context.fillStyle = colours.ink;
                context.font = `${11 * scale}px system-ui, sans-serif`;
                context.fillText(text, x(deed.atMs) + 5 * scale, 12 * scale);
                free = x(deed.atMs) + context.measureText(text).width + 14 * scale;
            }
        }
        context.fillStyle = colours.accent;
        context.beginPath();
        context.arc(x(nowMs), base + scale, 4.5 * scale, 0, 2 * Math.PI);
        context.fill();
    }
}
