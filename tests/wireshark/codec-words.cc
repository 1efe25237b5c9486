// SPDX-License-Identifier: MIT
//
// Says what the codec makes of bytes: the judge of what the dissector for Wireshark makes of the same.
//
//   codec-words
//     in:   datagram 0085a4...       a line a message; or request
//     out:  words 70696e672031...    what it says, in hex, for names may hold any byte
//           refused malformed: ...   or why it is refused
//           incomplete               a request of which more must come
#include "swim/stream-scanner.h"
#include "tests/agent/capture/captured.h"
#include "tests/protocol/wire-vectors.h"

#include <iostream>
#include <string>

using namespace swim;

namespace
{

std::string Verdict(const Captured& captured)
{
    if (captured.shape == Shape::REQUEST)
    {
        const auto status = wire::StreamScanner().Scan(captured.bytes);
        if (status != wire::StreamScanner::Status::COMPLETE)
        {
            const bool more = status == wire::StreamScanner::Status::INCOMPLETE;
            return more ? "incomplete" : "refused by the scanner";
        }
    }
    const Meaning meaning = Read(captured, {.name = "plain"});
    const ByteView words(reinterpret_cast<const std::uint8_t*>(meaning.words.data()),
                         meaning.words.size());
    return meaning.refusal.empty() ? "words " + wire::ToHex(words) : "refused " + meaning.refusal;
}

} // namespace

int main()
{
    std::string shape;
    for (std::string hex; std::cin >> shape >> hex;)
    {
        Captured captured;
        captured.shape = shape == "datagram" ? Shape::DATAGRAM : Shape::REQUEST;
        captured.bytes = wire::FromHex(hex);
        std::cout << Verdict(captured) << '\n';
    }
}
