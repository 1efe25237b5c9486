// SPDX-License-Identifier: MIT
//
// Starts the page, and lets a test, or whoever opens the console, look at it.

import {main} from "./app.js";

main().then(
    (app) => Object.assign(window, {playground: app}),
    (error) => {
        const trouble = document.getElementById("trouble");
        if (trouble) {
            trouble.textContent = `This browser cannot run the page: ${
                error instanceof Error ? error.message : error}`;
        }
        throw error;
    },
);
