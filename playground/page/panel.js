// SPDX-License-Identifier: MIT
//
// A cluster's place on the page: ring, matrix, numbers.

import {fit, make} from "./dom.js";
import {Matrix, sentenceOf} from "./matrix.js";
import {summaryOf} from "./numbers.js";
import {Ring} from "./ring.js";

/**
 * @typedef {import("./telling.js").Cluster} Cluster
 * @typedef {import("./palette.js").Palette} Palette
 *
 * @typedef {object} PanelActions
 * @property {(member: number) => void} onHit a member was clicked
 * @property {(member: number) => void} onSelect
 * @property {(text: string, x: number, y: number) => void} onTip nothing: hide it
 */

const TILES = /** @type {const} */ ([
    ["suspect", "first suspicion"],
    ["dead", "first burial"],
    ["all", "known to all"],
    ["wrong", "false burials"],
    ["hung", "buried while hung"],
    ["load", "sent / s / member"],
]);

export class Panel {
    /**
     * @param {string} letter "A"
     * @param {string} title
     * @param {Cluster} cluster
     * @param {PanelActions} actions
     */
    constructor(letter, title, cluster, actions) {
        this.cluster = cluster;
        const ring = make(
            "canvas", {class: "ring", tabindex: "0", role: "img", width: "600", height: "600"});
        const matrix = make(
            "canvas", {class: "matrix", tabindex: "0", role: "img", width: "400", height: "400"});
        this.ring = new Ring(ring);
        this.matrix = new Matrix(matrix);
        /** @type {Record<string, HTMLElement>} */
        this.tiles = {};
        const tiles = TILES.map(([key, label]) => {
            const number = make("b", {}, ["–"]);
            this.tiles[key] = number;
            return make("div", {class: "tile"}, [number, make("span", {}, [label])]);
        });
        this.means = make("p", {class: "means"});
        const badge = make("span", {class: `badge ${letter.toLowerCase()}`}, [letter]);
        this.title = make("span", {}, [title]);
        this.element = make("section", {class: "cluster card", "aria-label": `Cluster ${letter}`}, [
            make("h2", {}, [badge, this.title]),
            make("figure",
                {},
                [
                    ring,
                    make(
                        "figcaption", {}, ["Members and messages. Bars: who suspects, who buried."])
                ]),
            make("figure",
                {},
                [matrix, make("figcaption", {}, ["Rows observe, columns are observed."])]),
            make("div", {class: "tiles"}, tiles),
            this.means,
        ]);
        this.listen(ring, matrix, actions);
    }

    /**
     * @param {HTMLCanvasElement} ring
     * @param {HTMLCanvasElement} matrix
     * @param {PanelActions} actions
     */
    listen(ring, matrix, actions) {
        const memberAt = (/** @type {MouseEvent} */ event) => {
            const box = ring.getBoundingClientRect();
            const scale = ring.width / box.width;
            return this.ring.memberAt(
                (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
        };
        ring.addEventListener("click", (event) => {
            const member = memberAt(event);
            if (member >= 0) {
                actions.onHit(member);
            }
        });
        ring.addEventListener("pointermove", (event) => {
            const member = memberAt(event);
            actions.onTip(member < 0 ? "" : this.sayOf(member), event.clientX, event.clientY);
        });
        const cellAt = (/** @type {MouseEvent} */ event) => {
            const box = matrix.getBoundingClientRect();
            return this.matrix.cellAt(
                (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
        };
        matrix.addEventListener("pointermove", (event) => {
            const cell = cellAt(event);
            const text = cell ? sentenceOf(this.cluster.opinions, cell.observer, cell.subject) : "";
            actions.onTip(text, event.clientX, event.clientY);
        });
        matrix.addEventListener("click", (event) => {
            const cell = cellAt(event);
            if (cell) {
                actions.onSelect(cell.subject);
            }
        });
        for (const canvas of [ring, matrix]) {
            canvas.addEventListener("pointerleave", () => actions.onTip("", 0, 0));
        }
    }

    /** @param {number} member @returns {string} */
    sayOf(member) {
        const {opinions} = this.cluster;
        const condition =
            ["runs", "is paused", "is stalled", "is down"][opinions.conditionOf(member)] ?? "";
        const parts = [`m${member} ${condition}`];
        const suspecting = opinions.suspecting[member] ?? 0;
        const burying = opinions.burying[member] ?? 0;
        if (suspecting > 0) {
            parts.push(`${suspecting} suspect it`);
        }
        if (burying > 0) {
            parts.push(`${burying} hold it for gone`);
        }
        if (opinions.healthOf(member) > 0) {
            parts.push(`it doubts its own health: ${opinions.healthOf(member)}`);
        }
        return `${parts.join(", ")}.`;
    }

    /**
     * @param {number} selected
     * @param {Palette} colours
     * @param {number} realMs
     */
    draw(selected, colours, realMs) {
        fit(this.ring.canvas);
        fit(this.matrix.canvas);
        this.ring.draw(this.cluster.opinions, selected, colours, realMs);
        this.matrix.draw(this.cluster.opinions, selected, colours);
    }

    /** Numbers, as often as they are worth reading. */
    tell() {
        const summary = summaryOf(this.cluster);
        const {counts} = this.cluster.opinions;
        const put = (/** @type {string} */ key, /** @type {string} */ text, bad = false) => {
            const tile = this.tiles[key];
            if (tile && tile.textContent !== text) {
                tile.textContent = text;
            }
            tile?.parentElement?.classList.toggle("bad", bad);
        };
        put("suspect", summary.crash?.suspect ?? "–");
        put("dead", summary.crash?.dead ?? "–");
        put("all", summary.crash?.all ?? "–");
        put("wrong", `${summary.burials}`, summary.burials > 0);
        put("hung", `${summary.hung}`, summary.hung > 0);
        put("load", summary.bytes);
        this.means.textContent =
            [
                summary.crash ?
                    `${summary.crash.member} crashed: known to ${summary.crash.known}.` :
                    "",
                summary.crashes === "" ? "" : `${summary.crashes}.`,
                summary.burials > 0 ? `${summary.buried} healthy members were buried.` : "",
                `${summary.messages} messages / s / member.`,
                this.cluster.recordEnded ?
                    "Too much has happened: from here on nothing is counted." :
                    "",
            ].filter((each) => each !== "")
                .join(" ");
        const [, , suspected = 0, gone = 0, wrong = 0, late = 0, apart = 0] = counts;
        const label = `${suspected} views suspect, ${gone} hold for gone who is gone, ${
            wrong} who lives, ${late} have not noticed, ${apart} are beyond a partition`;
        this.matrix.canvas.setAttribute("aria-label", `View matrix: ${label}`);
        this.ring.canvas.setAttribute("aria-label",
            `Ring of ${this.cluster.opinions.members} members, ${
                this.cluster.opinions.running} run. ${
                label}. Arrows select a member, letters do something to it.`);
    }
}
