// SPDX-License-Identifier: MIT
//
// One run on the page: its views, its network, and what is true at the moment. Two runs are two of these.

import { CLASSES } from "./classes.js";
import { byId, element, within } from "./elements.js";
import { figureElements } from "./figures.js";
import { Matrix } from "./matrix.js";
import { Network } from "./network.js";
import { orderOf } from "./orders.js";
import { Replay } from "./replay.js";
import { faultsAt, Truth } from "./truth.js";
import {
    incarnationOf, isRefuted, lastChange, NOBODY, readViews, readWords, sourceOf, verdictOf, viewOf,
} from "./views.js";
import { count, faultWords, seconds } from "./words.js";

const VIEW_WORDS = ["does not know", "holds for alive", "suspects", "holds for dead",
    "holds for gone (left)"];
const VERDICT_WORDS = ["", "rightly", "because of a cut", "wrongly"];

const LEAST_PX = 100;

export class Panel {
    /**
     * @param {number} run
     * @param {About} about
     * @param {PackedRun} packed
     * @param {import("./views.js").Views} views
     */
    constructor(run, about, packed, views) {
        this.run = run;
        this.about = about;
        this.views = views;
        this.truth = new Truth(about);
        this.replay = new Replay(views, about);
        this.packed = packed;
        /** @type {import("./views.js").Words | null} */
        this.words = null;
        this.element = this._fill();
        const canvas = (/** @type {string} */ name) =>
            /** @type {HTMLCanvasElement} */ (within(this.element, name));
        this.matrix = new Matrix(canvas(".matrix"), this.replay, about);
        this.network = new Network(canvas(".network"), this.replay, about);
        this.legend = this._legend();
        this.picked = within(this.element, ".picked");
        this.networkWords = within(this.element, ".network-words");
    }

    _fill() {
        const template = /** @type {HTMLTemplateElement} */ (byId("panel"));
        const panel = within(/** @type {DocumentFragment} */ (template.content.cloneNode(true)),
            ".panel");
        byId("panels").append(panel);
        within(panel, ".run-name").textContent = this.about.name;
        within(panel, ".run-facts").textContent = this.about.facts.join(" · ");
        within(panel, ".figures").append(...figureElements(this.about.numbers, this.run));
        within(panel, ".sampled").textContent = this.packed.words;
        return panel;
    }

    _legend() {
        const holder = within(this.element, ".legend");
        return CLASSES.map((each, place) => {
            const value = element("b", {}, ["0"]);
            holder.append(element("li", {title: each.says}, [
                element("i", {class: `swatch view-${place}`}), each.name, value]));
            return value;
        });
    }

    /** The widths that there are for the matrix and for the network, in CSS pixels. */
    room() {
        // A window that is hidden, or has not been laid out, has no width; it will be told when it has.
        const widthOf = (/** @type {string} */ name) =>
            Math.max(LEAST_PX, within(this.element, name).clientWidth);
        return {matrix: widthOf(".matrix-holder"), network: widthOf(".network-holder")};
    }

    /**
     * @param {{matrix: number, network: number}} room
     * @param {number} scale
     * @param {boolean} alone
     */
    resize({matrix, network}, scale, alone) {
        this.matrix.resize(matrix, scale);
        this.network.resize(network, alone ? matrix + 24 : Math.min(matrix, 400), scale);
    }

    /** @param {import("./orders.js").OrderName} name */
    reorder(name) {
        this.matrix.order = orderOf(name, this.about, this.views.members);
    }

    /** @param {number} member -1: nobody */
    follow(member) {
        this.network.follow = member;
        this.matrix.marked = Array.from(this.views.members).indexOf(member);
    }

    /**
     * @param {number} timeS
     * @param {import("./palette.js").Palette} palette
     */
    show(timeS, palette) {
        this.truth.seek(timeS);
        this.replay.seek(Math.floor((timeS * 1000 + 1e-6) / this.views.stepMs));
        this.matrix.draw(this.truth, palette);
        this.network.draw(this.truth, palette);
        this.matrix.counts.forEach((value, place) => {
            const text = count(value);
            if (this.legend[place].textContent !== text) {
                this.legend[place].textContent = text;
            }
        });
        this._words(timeS);
        this.pick(this.matrix.cursor);
    }

    /** @param {number} timeS */
    _words(timeS) {
        const {names} = this.about;
        const parts = [];
        if (this.network.follow >= 0) {
            const {knowing, asked, follow} = this.network;
            parts.push(`${names[follow]} is gone to ${count(knowing)} of ${count(asked)} members.`);
        } else {
            parts.push("Follow a member to see who holds it for what.");
        }
        const cut = this.truth.partition;
        if (cut) {
            const shapes = ["●", "■", "◆", "▲"];
            parts.push(cut.sides.map((side, place) =>
                `${shapes[Math.min(3, place)]} ${count(side.length)}`).join(" against ") + ".");
        }
        const others = faultsAt(this.about, timeS).filter((fault) => fault.verb !== "partition" &&
            fault.verb !== "crash");
        if (others.length) {
            parts.push(`Going on: ${others.slice(0, 3).map((fault) =>
                faultWords(fault, names)).join("; ")}${others.length > 3 ? "; …" : ""}.`);
        }
        this.networkWords.textContent = parts.join(" ");
    }

    /**
     * Says who thinks what of whom, since when and from whom.
     *
     * @param {[number, number] | null} pair observer and subject, places among the shown
     */
    pick(pair) {
        this.matrix.cursor = pair;
        const text = pair ? this.wordsOf(pair[0], pair[1]) :
            "Point at a pair, or move with the arrow keys.";
        if (this.picked.textContent !== text) {
            this.picked.textContent = text;
        }
    }

    /**
     * @param {number} observer
     * @param {number} subject
     */
    wordsOf(observer, subject) {
        const {names} = this.about;
        const [who, whom] = [observer, subject].map((place) => names[this.views.members[place]]);
        if (observer === subject) {
            return `${who}: itself`;
        }
        const code = this.replay.state[subject * this.replay.members + observer];
        const opinion = `${who} ${VIEW_WORDS[viewOf(code)].replace("holds", `holds ${whom}`)
            .replace(/^(does not know|suspects)$/, `$1 ${whom}`)}`;
        const change = lastChange(this.views, observer, subject, this.replay.step);
        if (!change || change.code !== code) {
            return `${opinion} from the start`;
        }
        const at = change.at;
        const since = seconds(this.views.steps[at] * this.views.stepMs / 1000, this.views.stepMs);
        const judged = VERDICT_WORDS[verdictOf(code)];
        return `${opinion} since ${since} s${this._told(at, observer, subject)}` +
            (judged ? ` – ${judged}` : "") + (isRefuted(code) ? " – refuted" : "");
    }

    /**
     * From whom a change came; nothing before `makeReady`.
     *
     * @param {number} at
     * @param {number} observer
     * @param {number} subject
     */
    _told(at, observer, subject) {
        if (!this.words) {
            return "";
        }
        const source = sourceOf(this.views, this.words, at, observer, subject);
        const word = source === NOBODY ? "" : source === this.views.members[observer] ?
            ", by its own probe or timer" : `, on the word of ${this.about.names[source]}`;
        const incarnation = incarnationOf(this.words, at, subject);
        return word + (incarnation < 0 ? "" : `, incarnation ${incarnation}`);
    }

    /** Makes ready what the first view does without: to move in time, and to say who said what. */
    async makeReady() {
        this.replay.order();
        this.words = await readWords(this.packed.views);
        this.pick(this.matrix.cursor);
    }
}

/**
 * @param {number} run
 * @param {PackedRun} packed
 * @param {About} about
 */
export async function panelOf(run, packed, about) {
    return new Panel(run, about, packed, await readViews(packed.views, about.simulated_s));
}
