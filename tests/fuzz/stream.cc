// SPDX-License-Identifier: MIT
//
// Fuzzes what a node reads from streams: where a message ends, and what it says.
//
// Input: a byte that chooses the scene, one that says whether the message opens the stream or
// answers one of ours, one that says in pieces of how many bytes it arrives, then the message.
#include "scene.h"
#include "swim/assert.h"
#include "swim/stream-scanner.h"

namespace swim::fuzz
{

namespace
{

using Status = wire::StreamScanner::Status;

Status ScanInPieces(const wire::Bytes& message, std::size_t piece)
{
    wire::StreamScanner scanner;
    Status status = Status::INCOMPLETE;
    for (std::size_t size = piece; status == Status::INCOMPLETE; size += piece)
    {
        status = scanner.Scan(wire::ByteView(message).first(std::min(size, message.size())));
        if (size >= message.size())
        {
            break;
        }
    }
    return status;
}

void CheckStreams(const Outbox& out)
{
    for (const Outbox::Stream& stream : out.Streams())
    {
        SWIM_ASSERT(wire::StreamScanner().Scan(out.Bytes(stream)) == Status::COMPLETE,
                    "what a node opens a stream for is whole");
    }
    if (!out.StreamAnswer().empty())
    {
        SWIM_ASSERT(wire::StreamScanner().Scan(out.StreamAnswer()) == Status::COMPLETE,
                    "what a node answers is whole");
    }
}

/// Asks a seed for its table and hands the node this for an answer.
void Answer(Scene& scene, wire::ByteView message)
{
    const Address seeds[] = {Scene::AddressOf(2)};
    scene.Out().Clear();
    scene.Self().Join(scene.Now(), seeds, scene.Out());
    CheckStreams(scene.Out());
    const std::uint32_t id = scene.Out().Streams().back().id;
    scene.Out().Clear();
    scene.Self().ReceiveStreamAnswer(scene.Now(), id, message, scene.Out());
}

} // namespace

} // namespace swim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace swim;
    using namespace swim::fuzz;
    Input input(data, size);
    Scene scene(input.Byte());
    const bool answers = (input.Byte() & 1) != 0;
    const std::size_t piece = input.Byte() + std::size_t{1};
    const wire::Bytes message = input.Rest();
    const Status whole = wire::StreamScanner().Scan(message);
    const Status pieces = ScanInPieces(message, piece);
    SWIM_ASSERT(pieces == whole, "how a stream is cut into segments changes nothing");
    if (answers)
    {
        Answer(scene, message);
    }
    else
    {
        scene.Self().ReceiveStream(scene.Now(), message, scene.Out());
    }
    CheckStreams(scene.Out());
    scene.Check(message.size());
    scene.Wait(4);
    scene.Wait(6);
    return 0;
}
