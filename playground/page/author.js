// SPDX-License-Identifier: MIT
//
// What changes the story, which is then told again up to the same moment.

import {Deeds} from "./deeds.js";
import {cleaned, withValue} from "./settings.js";

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("./settings.js").Common} Common
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {import("./settings.js").Variant} Variant
 * @typedef {import("./stories.js").Story} Story
 */

export class Author {
    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /** @param {number} atMs */
    async again(atMs) {
        this.app.stop();
        await this.app.tell(this.app.telling.settings,
            Deeds.cleaned(this.app.telling.deeds.list, this.app.telling.settings.common.members),
            atMs);
    }

    /** @param {Settings} settings */
    async retell(settings) {
        const {nowMs, deeds} = this.app.telling;
        const wasPlaying = this.app.playing;
        this.app.stop();
        await this.app.tell(settings,
            Deeds.cleaned(deeds.list, settings.common.members),
            Number.isFinite(nowMs) ? nowMs : 0);
        if (wasPlaying) {
            this.app.play();
        }
    }

    /** Nothing was done, at no time. */
    async forget() {
        this.app.stop();
        await this.app.tell(
            this.app.telling.settings, new Deeds(this.app.telling.settings.common.members), 0);
    }

    /** @param {Partial<Common>} common */
    change(common) {
        const {settings} = this.app.telling;
        void this.retell(cleaned({...settings, common: {...settings.common, ...common}}));
    }

    dice() {
        this.change({seed: Math.floor(Math.random() * 1e6)});
    }

    /** @param {number} at @param {Variant} variant */
    vary(at, variant) {
        const {settings} = this.app.telling;
        void this.retell({
            ...settings,
            variants: settings.variants.map((each, i) => (i === at ? variant : each))
        });
    }

    /** @param {number} at @param {Record<string, string>} values */
    adjust(at, values) {
        const variant = this.app.telling.settings.variants[at];
        if (variant) {
            const preset = this.app.presetOf(variant.preset);
            this.vary(at,
                Object.entries(values).reduce(
                    (made, [key, value]) => withValue(made, preset, key, value), variant));
        }
    }

    compare() {
        const {settings} = this.app.telling;
        const [first] = settings.variants;
        if (first) {
            const second = {preset: first.preset, protocol: {...first.protocol}};
            void this.retell(
                {...settings, variants: settings.variants.length > 1 ? [first] : [first, second]});
        }
    }

    /** @param {Story} story */
    async tellStory(story) {
        this.app.stop();
        const settings = cleaned(story.settings);
        await this.app.tell(settings, Deeds.cleaned(story.deeds, settings.common.members), 0);
    }
}
