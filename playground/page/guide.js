// SPDX-License-Identifier: MIT
//
// Guided stories, scene by scene: each runs to its end and waits for the reader.

import {make} from "./dom.js";
import {STORIES} from "./stories.js";

/** @typedef {import("./stories.js").Story} Story */

export class Guide {
    /**
     * @param {HTMLSelectElement} choice
     * @param {HTMLElement} place
     * @param {{begin: (story: Story) => void, play: (speed: number) => void, end: () => void}}
     *     actions
     */
    constructor(choice, place, actions) {
        this.choice = choice;
        this.place = place;
        this.actions = actions;
        /** @type {Story | null} */
        this.story = null;
        this.at = 0;
        choice.append(...STORIES.map(
            (story) => make("option", {value: story.key, title: story.question}, [story.title])));
        choice.addEventListener("change", () => this.choose(choice.value));
    }

    /** @param {string} key of a story; empty: none */
    choose(key) {
        this.story = STORIES.find((story) => story.key === key) ?? null;
        this.at = 0;
        this.choice.value = this.story ? key : "";
        this.place.hidden = this.story === null;
        if (this.story) {
            this.actions.begin(this.story);
            this.show(false);
        }
    }

    /** @returns {number} where the story stops for now; Infinity: nowhere */
    get stopMs() {
        return this.story?.scenes[this.at]?.untilMs ?? Infinity;
    }

    /** The scene is over. */
    arrive() {
        this.show(true);
    }

    /** @param {boolean} over whether the scene is */
    show(over) {
        const scene = this.story?.scenes[this.at];
        if (!this.story || !scene) {
            return;
        }
        const isLast = this.at === this.story.scenes.length - 1;
        const go = make("button", {type: "button", class: "primary"}, [over && !isLast ? "Next" :
                isLast && over                                                         ? "Done" :
                                                                                         "Play"]);
        go.addEventListener("click", () => this.go(over, isLast));
        const leave = make("button", {type: "button", "aria-label": "Leave the story"}, ["×"]);
        leave.addEventListener("click", () => this.leave());
        this.place.replaceChildren(
            make("span", {class: "where"}, [`${this.at + 1} / ${this.story.scenes.length}`]),
            make("p", {}, [scene.text]),
            go,
            leave,
        );
    }

    /** @param {boolean} over @param {boolean} isLast */
    go(over, isLast) {
        if (over && isLast) {
            this.leave();
            return;
        }
        this.at += over ? 1 : 0;
        this.show(false);
        this.actions.play(this.story?.scenes[this.at]?.speed ?? 1);
    }

    leave() {
        this.story = null;
        this.choice.value = "";
        this.place.hidden = true;
        this.actions.end();
    }
}
