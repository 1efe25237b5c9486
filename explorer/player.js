// SPDX-License-Identifier: MIT
//
// The clock of the page: what time it shows, and how that runs on.

export const SPEEDS = [0.5, 1, 2, 5, 10, 20];

export class Player {
    /**
     * @param {number} endS
     * @param {(timeS: number) => void} show
     * @param {(playing: boolean) => void} tell
     */
    constructor(endS, show, tell) {
        this.endS = endS;
        this.show = show;
        this.tell = tell;
        this.timeS = 0;
        this.speed = 5;
        this.playing = false;
        this._frame = this._frame.bind(this);
        this._last = 0;
    }

    /** @param {number} timeS */
    seek(timeS) {
        this.timeS = Math.max(0, Math.min(this.endS, timeS));
        this.show(this.timeS);
    }

    toggle() {
        if (this.playing) {
            this.pause();
            return;
        }
        if (this.timeS >= this.endS) {
            this.seek(0);
        }
        this.playing = true;
        this._last = performance.now();
        this.tell(true);
        requestAnimationFrame(this._frame);
    }

    pause() {
        this.playing = false;
        this.tell(false);
    }

    /** @param {number} now */
    _frame(now) {
        if (!this.playing) {
            return;
        }
        const passedS = Math.max(0, now - this._last) / 1000;
        this._last = now;
        this.seek(this.timeS + Math.min(passedS, 0.25) * this.speed);
        if (this.timeS >= this.endS) {
            this.pause();
        } else {
            requestAnimationFrame(this._frame);
        }
    }
}
