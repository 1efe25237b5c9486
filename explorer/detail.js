// SPDX-License-Identifier: MIT
//
// One incident opened: what it came to, why, and the sequence diagram that the steps of the why point into.

import { byId, element } from "./elements.js";
import { figureElements } from "./figures.js";
import { classOfKind } from "./incidents.js";
import { drawSequence } from "./sequence.js";

export class Detail {
    /**
     * @param {About[]} abouts
     * @param {(timeS: number) => void} seek
     */
    constructor(abouts, seek) {
        this.abouts = abouts;
        this.seek = seek;
        /** @type {import("./incidents.js").Entry | null} */
        this.entry = null;
        /** @type {import("./sequence.js").Drawn | null} */
        this.drawn = null;
    }

    /** @param {import("./incidents.js").Entry | null} entry */
    show(entry) {
        this.entry = entry;
        this.drawn = null;
        const holder = byId("detail");
        holder.hidden = entry === null;
        if (!entry) {
            return;
        }
        const {incident, run} = entry;
        const reason = incident.why;
        byId("detail-kind").className = `dot ${classOfKind(incident.kind)}`;
        byId("detail-title").textContent =
            (this.abouts.length > 1 ? `${"AB"[run]}: ` : "") + incident.title;
        byId("detail-when").textContent = `${incident.kind} at ${incident.t.toFixed(3)} s`;
        byId("headline").textContent = reason ? reason.headline : "";
        byId("detail-figures").replaceChildren(...figureElements(incident.numbers, run));
        this._steps(reason);
        this._sequence();
    }

    /** @param {Why | undefined} reason */
    _steps(reason) {
        const steps = reason ? reason.steps : [];
        byId("steps").replaceChildren(...steps.map(([text, lines, sure], place) => {
            const item = element("li", {class: sure ? "" : "unsure"}, []);
            const words = lines.length ? element("button", {
                "type": "button", "data-lines": lines.join(" "),
                "title": "show its rows in the diagram",
            }, [text]) : element("span", {}, [text]);
            words.setAttribute("data-step", String(place));
            words.addEventListener("click", () => this.point(lines, true));
            words.addEventListener("mouseenter", () => this.point(lines, false));
            item.append(words);
            return item;
        }));
        byId("untraced").hidden = !reason || reason.traced;
    }

    _sequence() {
        const holder = byId("sequence");
        if (!this.entry) {
            return;
        }
        const {incident, run} = this.entry;
        byId("sequence-words").textContent = incident.lines ? incident.words || "" :
            "The page keeps the diagrams of the first incidents of a kind; this is a later one.";
        this.drawn = null;
        holder.replaceChildren();
        if (incident.lines) {
            this.drawn = drawSequence(incident, this.abouts[run].names, holder.clientWidth - 4,
                (place) => {
                    this.point([place], false);
                    this.seek((incident.lines || [])[place].t);
                });
            holder.append(this.drawn.svg);
        }
    }

    /** Draws the diagram for another width. */
    resize() {
        if (this.entry) {
            this._sequence();
        }
    }

    /**
     * @param {number[]} lines
     * @param {boolean} scroll and to its time
     */
    point(lines, scroll) {
        if (!this.drawn || !this.entry) {
            return;
        }
        this.drawn.rows.forEach((row, place) =>
            row.classList.toggle("pointed", lines.includes(place)));
        if (scroll && lines.length) {
            const first = Math.min(...lines);
            const holder = byId("sequence");
            holder.scrollTo({top: this.drawn.ys[first] - holder.clientHeight / 3});
            this.seek((this.entry.incident.lines || [])[first].t);
        }
    }

    /** @param {number} timeS marks the rows that have been */
    follow(timeS) {
        if (!this.drawn || !this.entry) {
            return;
        }
        const lines = this.entry.incident.lines || [];
        this.drawn.rows.forEach((row, place) =>
            row.classList.toggle("to-come", lines[place].t > timeS + 1e-9));
    }
}
