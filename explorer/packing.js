// SPDX-License-Identifier: MIT
//
// Unpacks what analysis/explore/packing.py packed: 13 bits in two characters, deflated, byte planes.
//
// Memory that is touched for the first time costs more than what is done in it. So what comes in goes
// piece by piece to where it stays, and nothing is there twice.

const BITS = 13;

/** @returns {string} the characters that neither JSON nor HTML takes for something else */
export function alphabet() {
    let letters = "";
    for (let code = 33; code < 127; ++code) {
        const letter = String.fromCharCode(code);
        letters += "\"<\\".includes(letter) ? "" : letter;
    }
    return letters;
}

/** The number that two letters make, at the code of the first times 128 and that of the second. */
const PAIRS = pairTable();

function pairTable() {
    const table = new Uint16Array(128 * 128);
    const letters = alphabet();
    for (let first = 0; first < letters.length; ++first) {
        for (let second = 0; second < letters.length; ++second) {
            const place = (letters.charCodeAt(first) << 7) | letters.charCodeAt(second);
            table[place] = first * letters.length + second;
        }
    }
    return table;
}

/** Letters that are turned into bytes at once: few, so that the same little memory serves them all. */
const PIECE = 32768;

/**
 * The bytes of a text, piece by piece.
 *
 * @param {string | string[]} text in as many parts as it comes in
 */
export function* piecesOf(text) {
    const parts = typeof text === "string" ? [text] : text;
    const whole = parts.reduce((sum, part) => sum + part.length, 0);
    const filling = whole ? parseInt(lastLetter(parts), 16) : NaN;
    if (!(whole % 2 === 1 && filling < BITS)) {
        throw new Error("what is packed was cut short");
    }
    const encoder = new TextEncoder();
    const letters = new Uint8Array(PIECE + 1);
    const bytes = new Uint8Array(PIECE);
    let held = 0;
    let bits = 0;
    let waiting = 0;
    let left = (((whole - 1) / 2) * BITS - filling) >> 3;
    for (const part of parts) {
        for (let from = 0; from < part.length; from += PIECE) {
            const {written} = encoder.encodeInto(part.slice(from, from + PIECE),
                letters.subarray(waiting));
            const count = waiting + (written || 0);
            let at = 0;
            let place = 0;
            for (; place + 1 < count; place += 2) {
                held = (held << BITS) |
                    PAIRS[((letters[place] & 127) << 7) | (letters[place + 1] & 127)];
                bits += BITS - 8;
                bytes[at++] = held >> bits;
                if (bits >= 8) {
                    bits -= 8;
                    bytes[at++] = held >> bits;
                }
                held &= (1 << bits) - 1;
            }
            waiting = count - place;
            letters[0] = letters[place];
            at = Math.min(at, left);
            left -= at;
            yield bytes.slice(0, at);
        }
    }
}

/** @param {string[]} parts */
function lastLetter(parts) {
    const last = parts.filter((part) => part).pop() || "";
    return last[last.length - 1];
}

/**
 * @param {string | string[]} text
 * @param {(piece: Uint8Array) => void} take is given all that comes out, in order
 */
async function inflate(text, take) {
    const stream = new DecompressionStream("deflate");
    const writer = stream.writable.getWriter();
    const write = async () => {
        for (const piece of piecesOf(text)) {
            await writer.write(piece);
        }
        await writer.close();
    };
    const written = write().catch((error) => writer.abort(error));
    const reader = stream.readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        take(next.value);
    }
    await written;
}

/**
 * @param {string | string[]} text
 * @returns {Promise<any>}
 */
export async function unpackJson(text) {
    const decoder = new TextDecoder();
    let json = "";
    await inflate(text, (piece) => {
        json += decoder.decode(piece, {stream: true});
    });
    return JSON.parse(json + decoder.decode());
}

/**
 * As narrow as the numbers are, or as `most` asks for.
 *
 * @param {Packed} packed
 * @param {number} [most] what is to have room in the place of a number
 * @returns {Promise<Numbers>}
 */
export async function unpack(packed, most = 0) {
    const {n, planes} = packed;
    const numbers = planes > 2 || most > 0xffff ? new Uint32Array(n) :
        planes === 2 || most > 0xff ? new Uint16Array(n) : new Uint8Array(n);
    let at = 0;
    await inflate(packed.data, (piece) => {
        for (let from = 0; from < piece.length;) {
            const plane = Math.floor(at / n);
            const count = Math.min(piece.length - from, (plane + 1) * n - at);
            if (plane >= planes || !count) {
                throw new Error("what is packed is too long");
            }
            put(numbers, at - plane * n, piece.subarray(from, from + count), plane * 8);
            at += count;
            from += count;
        }
    });
    if (at !== n * planes) {
        throw new Error("what is packed was cut short");
    }
    return numbers;
}

/**
 * A part of a plane.
 *
 * @param {Numbers} numbers
 * @param {number} from
 * @param {Uint8Array} bytes
 * @param {number} shift
 */
function put(numbers, from, bytes, shift) {
    if (!shift) {
        numbers.set(bytes, from);
        return;
    }
    for (let place = 0; place < bytes.length; ++place) {
        numbers[from + place] |= bytes[place] << shift;
    }
}
