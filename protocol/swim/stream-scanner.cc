// SPDX-License-Identifier: MIT
//
// See stream-scanner.h.
#include "swim/stream-scanner.h"

#include "swim/msgpack.h"

#include <cstdint>

namespace swim::wire
{

StreamScanner::Status StreamScanner::Scan(ByteView bytes)
{
    Status status = Status::COMPLETE;
    while (status == Status::COMPLETE && m_stage != Stage::END)
    {
        status = Pass(bytes);
    }
    const bool tooLong = status == Status::INCOMPLETE && bytes.size() >= MAX_STREAM_SIZE;
    return tooLong ? Status::MALFORMED : status;
}

StreamScanner::Status StreamScanner::Pass(ByteView bytes)
{
    switch (m_stage)
    {
    case Stage::LABEL:
        return PassLabel(bytes);
    case Stage::TYPE:
        return PassType(bytes);
    case Stage::FRAME_LENGTH:
        return PassFrameLength(bytes);
    case Stage::HEAD:
        return PassHead(bytes);
    case Stage::STATES:
        return PassStates(bytes);
    case Stage::RAW:
        if (bytes.size() - m_position < m_raw)
        {
            return Status::INCOMPLETE;
        }
        m_stage = Stage::END;
        return Status::COMPLETE;
    case Stage::END:
        break;
    }
    return Status::COMPLETE;
}

StreamScanner::Status StreamScanner::PassLabel(ByteView bytes)
{
    if (bytes.empty())
    {
        return Status::INCOMPLETE;
    }
    if (static_cast<MessageType>(bytes[0]) == MessageType::LABEL)
    {
        if (bytes.size() < LABEL_HEAD_SIZE)
        {
            return Status::INCOMPLETE;
        }
        if (bytes[1] == 0)
        {
            return Status::MALFORMED;
        }
        m_position = LABEL_HEAD_SIZE + bytes[1];
    }
    m_stage = Stage::TYPE;
    return Status::COMPLETE;
}

StreamScanner::Status StreamScanner::PassType(ByteView bytes)
{
    if (bytes.size() <= m_position)
    {
        return Status::INCOMPLETE;
    }
    m_type = static_cast<MessageType>(bytes[m_position++]);
    m_head = m_position;
    m_owed = 1;
    switch (m_type)
    {
    case MessageType::ENCRYPT:
        m_stage = Stage::FRAME_LENGTH;
        return Status::COMPLETE;
    case MessageType::PING:
    case MessageType::ACK:
    case MessageType::PUSH_PULL:
    case MessageType::USER:
    case MessageType::COMPRESS:
    case MessageType::ERROR:
        m_stage = Stage::HEAD;
        return Status::COMPLETE;
    default:
        return Status::MALFORMED;
    }
}

StreamScanner::Status StreamScanner::PassFrameLength(ByteView bytes)
{
    Reader reader(bytes.subspan(m_position));
    std::uint64_t length = 0;
    if (!reader.BigEndian(4, length))
    {
        return Status::INCOMPLETE;
    }
    m_position += reader.Position();
    m_raw = length;
    m_stage = Stage::RAW;
    return length <= MAX_ENCRYPTED_SIZE ? Status::COMPLETE : Status::MALFORMED;
}

StreamScanner::Status StreamScanner::PassHead(ByteView bytes)
{
    const Status status = PassValues(bytes);
    return status == Status::COMPLETE ? ReadHead(bytes.subspan(m_head)) : status;
}

StreamScanner::Status StreamScanner::PassStates(ByteView bytes)
{
    const Status status = PassValues(bytes);
    m_stage = status == Status::COMPLETE ? Stage::RAW : Stage::STATES;
    return status;
}

/// Passes what is owed and remembers how far it came.
StreamScanner::Status StreamScanner::PassValues(ByteView bytes)
{
    Reader reader(bytes.subspan(m_position));
    const bool passed = reader.Skip(m_owed);
    m_position += reader.Position();
    if (passed)
    {
        return Status::COMPLETE;
    }
    return reader.RanOut() ? Status::INCOMPLETE : Status::MALFORMED;
}

StreamScanner::Status StreamScanner::ReadHead(ByteView head)
{
    Reader reader(head);
    m_stage = Stage::RAW;
    if (m_type == MessageType::PUSH_PULL)
    {
        PushPullHeader header;
        if (!Read(reader, header))
        {
            return Status::MALFORMED;
        }
        m_owed = header.nodes;
        m_raw = header.userStateSize;
        m_stage = Stage::STATES;
    }
    else if (m_type == MessageType::USER)
    {
        UserHeader header;
        if (!Read(reader, header))
        {
            return Status::MALFORMED;
        }
        m_raw = header.size;
    }
    return Status::COMPLETE;
}

PushPullReader::PushPullReader(ByteView message)
{
    if (message.empty() || message[0] != static_cast<std::uint8_t>(MessageType::PUSH_PULL))
    {
        return;
    }
    Reader reader(message.subspan(1));
    m_valid = Read(reader, m_header);
    m_statesLeft = m_header.nodes;
    m_rest = m_valid ? reader.Rest() : ByteView{};
}

bool PushPullReader::Next(PushNodeState& state)
{
    if (m_statesLeft == 0)
    {
        return false;
    }
    Reader reader(m_rest);
    if (!Read(reader, state))
    {
        m_valid = false;
        return false;
    }
    --m_statesLeft;
    m_rest = reader.Rest();
    return true;
}

bool PushPullReader::Pass(const StateLine& line, PushNodeState& state)
{
    const std::size_t size = m_statesLeft > 0 ? line.Begins(m_rest, state) : 0;
    if (size == 0)
    {
        return false;
    }
    --m_statesLeft;
    m_rest = m_rest.subspan(size);
    return true;
}

ByteView PushPullReader::UserState() const
{
    const bool whole = m_valid && m_statesLeft == 0 && m_rest.size() >= m_header.userStateSize;
    return whole ? m_rest.first(m_header.userStateSize) : ByteView{};
}

} // namespace swim::wire
