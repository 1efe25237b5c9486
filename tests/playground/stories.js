// SPDX-License-Identifier: GPL-2.0-only
//
// What the guided stories come to, by story and variant.
import {readFileSync} from "node:fs";

import {Core} from "../../playground/page/core.js";
import {cleaned, textOf} from "../../playground/page/settings.js";
import {STORIES} from "../../playground/page/stories.js";

const wasm = readFileSync(process.argv[2]);
const told = {};
for (const story of STORIES) {
    told[story.key] = [];
    const settings = cleaned(story.settings);
    for (const variant of settings.variants) {
        const core = await Core.load(wasm);
        core.start(textOf(settings.common, variant));
        for (const deed of story.deeds) {
            core.run(deed.atMs);
            core.do(deed.text);
        }
        core.run(story.scenes[story.scenes.length - 1].untilMs);
        const {views, messages} = core.look();
        told[story.key].push({
            metrics: core.metrics(),
            notAlive: views.filter((view) => view !== 1).length,
            messages,
        });
    }
}
console.log(JSON.stringify(told));
