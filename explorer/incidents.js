// SPDX-License-Identifier: MIT
//
// The list of what happened: sorted by any column, narrowed to a kind, opened by a click or by Enter.

import { byId, element } from "./elements.js";
import { count, quantity } from "./words.js";

const ROWS_AT_MOST = 400;
/** More than a page shows before it is scrolled. */
const FIRST_ROWS = 40;

/** @typedef {{id: string, run: number, incident: Incident}} Entry */
/** @typedef {"t" | "kind" | "title" | "rows" | "lasted"} Column */

/**
 * An id an incident: its place, with a "b" before it for the second run.
 *
 * @param {About[]} abouts
 * @returns {Entry[]}
 */
export function entriesOf(abouts) {
    const entries = abouts.map((about, run) => about.incidents.map((incident, place) =>
        ({id: `${run ? "b" : ""}${place}`, run, incident})));
    return entries.reduce((all, each) => all.concat(each), []);
}

/** @param {Entry} entry @param {Column} column @returns {number | string} */
function keyOfEntry(entry, column) {
    const {incident} = entry;
    switch (column) {
    case "lasted":
        return incident.end === null ? Infinity : incident.end - incident.t;
    case "kind":
    case "title":
    case "t":
    case "rows":
        return incident[column];
    }
    return 0;
}

/**
 * @param {Entry[]} entries
 * @param {Column} column
 * @param {boolean} descending
 */
export function sorted(entries, column, descending) {
    const sign = descending ? -1 : 1;
    return entries.slice().sort((one, other) => {
        const [a, b] = [keyOfEntry(one, column), keyOfEntry(other, column)];
        const order = typeof a === "string" ? a.localeCompare(String(b), "en", {numeric: true}) :
            a === b ? 0 : a < b ? -1 : 1;
        return order * sign || one.incident.t - other.incident.t;
    });
}

export class IncidentList {
    /**
     * @param {About[]} abouts
     * @param {(entry: Entry) => void} open
     * @param {(kind: string) => void} narrow
     */
    constructor(abouts, open, narrow) {
        this.abouts = abouts;
        this.entries = entriesOf(abouts);
        this.open = open;
        this.narrow = narrow;
        /** @type {Column} */
        this.column = "t";
        this.descending = false;
        this.kind = "";
        this.opened = "";
        this.body = byId("incident-rows");
        this.body.addEventListener("click", (event) => {
            const row = event.target instanceof Element && event.target.closest("tr");
            const id = row ? row.getAttribute("data-incident") : "";
            const found = this.entries.find((entry) => entry.id === id);
            if (found) {
                this.open(found);
            }
        });
        this.row = emptyRow();
        /** How many rows there may be. */
        this.room = FIRST_ROWS;
        document.querySelectorAll("#incidents th button").forEach((button) => {
            button.addEventListener("click", () => {
                const column = /** @type {Column} */ (button.getAttribute("data-column"));
                this.descending = this.column === column && !this.descending;
                this.column = column;
                this.draw();
            });
        });
        this._chips();
    }

    _chips() {
        /** @type {Map<string, number>} */
        const counts = new Map();
        for (const about of this.abouts) {
            for (const kind of Object.keys(about.counts)) {
                counts.set(kind, (counts.get(kind) || 0) + about.counts[kind]);
            }
        }
        const holder = byId("kinds");
        holder.textContent = "";
        const kinds = /** @type {[string, number][]} */ ([["", 0]]).concat(Array.from(counts));
        for (const [kind, number] of kinds) {
            const words = kind ? `${kind} ${count(number)}` : "all";
            const chip = element("button", {"type": "button", "class": "chip", "data-kind": kind},
                kind ? [element("i", {"class": `dot ${classOfKind(kind)}`}), words] : [words]);
            chip.addEventListener("click", () => this.narrow(kind));
            holder.append(chip);
        }
    }

    /** @returns {Entry[]} */
    visible() {
        const chosen = this.entries.filter((entry) =>
            !this.kind || entry.incident.kind === this.kind);
        return sorted(chosen, this.column, this.descending);
    }

    /** The rows that the first draw left out. */
    drawRest() {
        this.room = ROWS_AT_MOST;
        const rest = this.visible().slice(this.body.children.length, ROWS_AT_MOST);
        this.body.append(...rest.map((entry) => this._row(entry)));
    }

    draw() {
        document.querySelectorAll("#kinds .chip").forEach((chip) => {
            chip.setAttribute("aria-pressed", String(chip.getAttribute("data-kind") === this.kind));
        });
        document.querySelectorAll("#incidents th").forEach((head) => {
            const button = head.querySelector("button");
            const mine = button && button.getAttribute("data-column") === this.column;
            head.setAttribute("aria-sort", !mine ? "none" :
                this.descending ? "descending" : "ascending");
        });
        const all = this.visible();
        const shown = all.slice(0, ROWS_AT_MOST);
        this.body.replaceChildren(...shown.slice(0, this.room).map((entry) => this._row(entry)));
        const listed = this.entries.length;
        const known = this.abouts.reduce((sum, about) => sum + Object.keys(about.counts).reduce(
            (part, kind) => part + about.counts[kind], 0), 0);
        const parts = [];
        if (!all.length) {
            parts.push("Nothing of that kind happened.");
        }
        if (shown.length < all.length) {
            parts.push(`The first ${count(shown.length)} of ${count(all.length)}.`);
        }
        if (listed < known) {
            parts.push(`The page has ${count(listed)} of ${count(known)}: the first of each kind.`);
        }
        byId("incident-note").textContent = parts.join(" ");
    }

    /** @param {Entry} entry */
    _row(entry) {
        const {incident} = entry;
        const row = /** @type {HTMLElement} */ (this.row.cloneNode(true));
        const [when, what, rows, lasted] = Array.from(row.children);
        row.setAttribute("data-incident", entry.id);
        row.className = entry.id === this.opened ? "opened" : "";
        when.textContent = incident.t.toFixed(2);
        const [dot, run, title] = Array.from(what.children[0].childNodes);
        const mark = /** @type {HTMLElement} */ (dot);
        mark.className = `dot ${classOfKind(incident.kind)}`;
        mark.title = incident.kind;
        run.textContent = this.abouts.length > 1 ? `${"AB"[entry.run]} ` : "";
        title.textContent = incident.title;
        rows.textContent = count(incident.rows);
        lasted.textContent = incident.end === null ? "" : quantity(incident.end - incident.t, "s");
        return row;
    }
}

/** A row of the list with nothing in it: copies of one are quicker made than as many. */
function emptyRow() {
    return element("tr", {}, [
        element("td", {class: "number"}),
        element("td", {}, [element("div", {class: "what"}, [
            element("i"), document.createTextNode(""), element("button", {type: "button"})])]),
        element("td", {class: "number"}),
        element("td", {class: "number"}),
    ]);
}

/** @param {string} kind */
export function classOfKind(kind) {
    return `kind-${kind.replace(/ /g, "-")}`;
}
