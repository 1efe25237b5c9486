// SPDX-License-Identifier: MIT
//
// What browsers have and TypeScript 4.8 does not know.

declare class DecompressionStream {
    constructor(format: "gzip" | "deflate" | "deflate-raw");
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<BufferSource>;
}
