// SPDX-License-Identifier: MIT
//
// The sequence diagram of an incident: a lifeline a member, a row a thing, time downwards. Rows are evenly
// spaced, since all that matters may happen within milliseconds after seconds of nothing; a gap says how
// long nothing happened.

import { drawing } from "./elements.js";
import { label, lostWords, sentence } from "./lines.js";
import { seconds } from "./words.js";

const ROW_PX = 27;
const HEAD_PX = 40;
const TIME_PX = 78;
const LEAST_GAP_S = 0.75;
const GAP_PX = 20;
const LETTER_PX = 6.4;

/** @typedef {{svg: SVGElement, rows: SVGElement[], ys: number[]}} Drawn */

/**
 * @param {Incident} incident
 * @param {string[]} names
 * @param {number} width
 * @param {(line: number) => void} choose
 * @returns {Drawn}
 */
export function drawSequence(incident, names, width, choose) {
    const lines = incident.lines || [];
    const members = incident.members || [];
    const pitch = Math.max(74, (width - TIME_PX - 16) / Math.max(1, members.length));
    const total = TIME_PX + pitch * Math.max(1, members.length) + 16;
    const xOf = (/** @type {number} */ lifeline) => TIME_PX + (lifeline + 0.5) * pitch;
    const {ys, gaps, height} = rowsDown(lines);
    const svg = drawing("svg", {
        "viewBox": `0 0 ${total} ${height}`, "width": total, "height": height, "role": "list",
        "aria-label": `Sequence diagram: ${incident.title}`, "class": "sequence",
    });
    svg.append(marker());
    members.forEach((member, lifeline) => {
        const subject = member === incident.subject;
        svg.append(
            drawing("line", {"x1": xOf(lifeline), "x2": xOf(lifeline), "y1": HEAD_PX - 8,
                "y2": height - 6, "class": subject ? "lifeline subject" : "lifeline"}),
            drawing("rect", {"x": xOf(lifeline) - 33, "y": 6, "width": 66, "height": 24, "rx": 6,
                "class": subject ? "head subject" : "head"}),
            drawing("text", {"x": xOf(lifeline), "y": 22, "class": "head-name"},
                [names[member]]));
    });
    for (const [y, gapS] of gaps) {
        svg.append(drawing("text", {"x": 8, "y": y, "class": "gap"}, [`⋮ ${gapS.toFixed(1)} s`]));
    }
    svg.append(...suspicions(lines, ys, xOf, members.length));
    const rows = lines.map((line, place) => drawRow(line, names, ys[place], xOf, pitch, total));
    rows.forEach((row, place) => {
        row.addEventListener("click", () => choose(place));
        row.addEventListener("keydown", (event) => {
            const {key} = /** @type {KeyboardEvent} */ (event);
            if (key === "Enter" || key === " ") {
                event.preventDefault();
                choose(place);
            }
        });
    });
    svg.append(...rows);
    return {svg, rows, ys};
}

/** @param {Line[]} lines */
function rowsDown(lines) {
    /** @type {number[]} */
    const ys = [];
    /** @type {[number, number][]} */
    const gaps = [];
    let y = HEAD_PX + ROW_PX / 2;
    lines.forEach((line, place) => {
        const gapS = place ? line.t - lines[place - 1].t : 0;
        if (gapS > LEAST_GAP_S) {
            gaps.push([y + 2, gapS]);
            y += GAP_PX;
        }
        ys.push(y);
        y += ROW_PX;
    });
    return {ys, gaps, height: y + 8};
}

function marker() {
    return drawing("defs", {}, [drawing("marker", {
        "id": "arrow", "viewBox": "0 0 8 8", "refX": 7, "refY": 4, "markerWidth": 7,
        "markerHeight": 7, "orient": "auto-start-reverse",
    }, [drawing("path", {"d": "M0 0.5 L8 4 L0 7.5 z", "class": "arrow-head"})])]);
}

/**
 * From where a member begins to suspect to where that ends: a bar at its lifeline.
 *
 * @param {Line[]} lines
 * @param {number[]} ys
 * @param {(lifeline: number) => number} xOf
 * @param {number} members
 */
function suspicions(lines, ys, xOf, members) {
    const bars = [];
    for (let lifeline = 0; lifeline < members; ++lifeline) {
        let from = -1;
        lines.forEach((line, place) => {
            if (line.k !== "view" || line.a !== lifeline) {
                return;
            }
            if (from >= 0 && line.c !== "suspect") {
                bars.push([lifeline, from, ys[place]]);
                from = -1;
            } else if (line.c === "suspect" && from < 0) {
                from = ys[place];
            }
        });
        if (from >= 0) {
            bars.push([lifeline, from, ys[ys.length - 1] + ROW_PX / 2]);
        }
    }
    return bars.map(([lifeline, from, to]) => drawing("rect", {
        "x": xOf(lifeline) - 4, "y": from, "width": 8, "height": Math.max(2, to - from), "rx": 3,
        "class": "suspicion",
    }));
}

/**
 * @param {Line} line
 * @param {string[]} names
 * @param {number} y
 * @param {(lifeline: number) => number} xOf
 * @param {number} pitch
 * @param {number} right where the diagram ends
 */
function drawRow(line, names, y, xOf, pitch, right) {
    const row = drawing("g", {
        "class": `row ${line.k} ${line.c} ${line.k === "message" && line.r === null ? "lost" : ""}`,
        "tabindex": 0, "role": "listitem", "aria-label": sentence(line, names),
    }, [
        drawing("title", {}, [sentence(line, names)]),
        drawing("rect", {"x": 0, "y": y - ROW_PX / 2, "width": "100%", "height": ROW_PX,
            "class": "hit"}),
        drawing("text", {"x": TIME_PX - 12, "y": y + 4, "class": "time"}, [seconds(line.t)]),
    ]);
    if (line.k === "message") {
        row.append(...arrow(line, names, y, xOf, pitch, right));
    } else if (line.a >= 0) {
        const x = xOf(line.a);
        const mark = line.k === "view" ? drawing("circle", {"cx": x, "cy": y, "r": 6,
            "class": "mark"}) : line.k === "timer" ?
            drawing("path", {"d": `M${x - 5} ${y - 6}h10l-10 12h10z`, "class": "mark"}) :
            drawing("path", {"d": `M${x} ${y - 7}l7 7l-7 7l-7 -7z`, "class": "mark"});
        row.append(mark, beside(x, y, label(line, names), right));
    } else {
        row.append(drawing("path", {"d": `M${TIME_PX} ${y + 8}H10000`, "class": "across"}),
            drawing("text", {"x": TIME_PX + 4, "y": y + 4, "class": "label"},
                [(line.m >= 0 ? `${names[line.m]}: ` : "") + label(line, names)]));
    }
    return row;
}

/**
 * To the right of a mark, or to its left where there is no room.
 *
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {number} right where the diagram ends
 */
function beside(x, y, text, right) {
    const fits = x + 11 + text.length * LETTER_PX < right;
    return drawing("text", {"x": fits ? x + 11 : x - 11, "y": y + 4, "class": "label",
        "text-anchor": fits ? "start" : "end"}, [text]);
}

/**
 * @param {Line} line
 * @param {string[]} names
 * @param {number} y
 * @param {(lifeline: number) => number} xOf
 * @param {number} pitch
 * @param {number} right where the diagram ends
 */
function arrow(line, names, y, xOf, pitch, right) {
    const from = line.a >= 0 ? xOf(line.a) : TIME_PX;
    const known = line.b !== undefined && line.b >= 0;
    const to = known ? xOf(Number(line.b)) : from + pitch * 0.7;
    const lost = line.r === null;
    const end = lost ? from + (to - from) * 0.62 : to;
    const tip = lost ? end : end - Math.sign(to - from) * 2;
    const parts = [drawing("line", {"x1": from, "x2": tip, "y1": y, "y2": y, "class": "shaft",
        "marker-end": lost ? "" : "url(#arrow)"})];
    if (lost) {
        parts.push(drawing("path", {"class": "loss",
            "d": `M${end - 5} ${y - 5}l10 10m0 -10l-10 10`}));
    }
    const outside = known ? "" : ` to ${names[Number(line.p)] || "?"}`;
    const whose = line.a >= 0 ? "" : `${names[line.m]}: `;
    const became = lost ? ` – ${lostWords(line.l) || "lost"}` : "";
    const text = whose + label(line, names) + outside + became;
    const left = Math.min(Math.min(from, to) + 9, right - 4 - text.length * LETTER_PX);
    parts.push(drawing("text", {"x": left, "y": y - 4, "class": "label"}, [text]));
    return parts;
}
