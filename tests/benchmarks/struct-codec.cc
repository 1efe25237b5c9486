// SPDX-License-Identifier: MIT
//
// Pings and acks as the bytes of their structs: the core's speed without a codec.
//
// Stands in front of wire.cc's functions of the same names in the core's second copy (see
// CMakeLists.txt), so that the benchmark times the same transitions with next to no decoding and
// encoding. The structs' views stay valid: they point into the directory.
#include "swim/wire.h"

#include <cstring>
#include <type_traits>

namespace swim::wire
{

namespace
{

template <typename Message>
void Copy(MessageType type, const Message& message, Bytes& out)
{
    static_assert(std::is_trivially_copyable_v<Message>);
    const std::size_t start = out.size();
    out.resize(start + 1 + sizeof message);
    out[start] = static_cast<std::uint8_t>(type);
    std::memcpy(out.data() + start + 1, &message, sizeof message);
}

template <typename Message>
bool CopyBack(ByteView body, Message& message)
{
    if (body.size() != sizeof message)
    {
        return false;
    }
    std::memcpy(&message, body.data(), sizeof message);
    return true;
}

} // namespace

void Encode(const Ping& message, Bytes& out)
{
    Copy(MessageType::PING, message, out);
}

void Encode(const Ack& message, Bytes& out)
{
    Copy(MessageType::ACK, message, out);
}

bool Decode(ByteView body, Ping& message)
{
    return CopyBack(body, message);
}

bool Decode(ByteView body, Ack& message)
{
    return CopyBack(body, message);
}

} // namespace swim::wire
