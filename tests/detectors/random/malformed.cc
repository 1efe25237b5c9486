// SPDX-License-Identifier: MIT
//
// See malformed.h.
#include "malformed.h"

#include "views.h"

#include <algorithm>
#include <tuple>

namespace swim::detectors
{

namespace
{

/// Of each way and first bytes, which tell its type.
constexpr std::size_t MOST_OF_A_TYPE = 4;

constexpr std::size_t BYTES_OF_TYPE = 3;

constexpr std::size_t LONGEST_NOISE = 1500;

constexpr std::uint32_t STEPS_AFTERWARDS = 50;

/// All that a rejected message may not change.
struct Snapshot
{
    using Row = std::tuple<IdentityId, std::uint32_t, MemberState, Instant>;

    Snapshot(const Detector& detector, bool withDeadline)
        : incarnation(detector.Incarnation()),
          deadline(withDeadline ? detector.NextDeadline() : NEVER)
    {
        const MemberTable& members = detector.Members();
        for (const Slot slot : FirstIds<Slot>(members.Slots()))
        {
            const PeerRecord record = members.At(slot);
            rows.emplace_back(record.identity, record.incarnation, record.State(), record.Since());
        }
    }

    bool operator==(const Snapshot&) const = default;

    std::uint32_t incarnation;
    Instant deadline;
    std::vector<Row> rows{};
};

void FlipByte(wire::Bytes& bytes, Rng& rng)
{
    if (!bytes.empty())
    {
        bytes[rng.Below(bytes.size())] ^= static_cast<std::uint8_t>(1 + rng.Below(255));
    }
}

wire::Bytes Noise(Rng& rng)
{
    wire::Bytes bytes(rng.Below(rng.Below(2) == 0 ? 40 : LONGEST_NOISE));
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(rng.Next()); });
    return bytes;
}

/// @return the message with damage: cut, longer, a byte or a run of bytes changed, two in one
wire::Bytes Damaged(wire::Bytes bytes, const Corpus& corpus, Rng& rng)
{
    switch (rng.Below(6))
    {
    case 0:
        bytes.resize(rng.Below(bytes.size() + 1));
        return bytes;
    case 1:
        bytes.resize(bytes.size() + 1 + rng.Below(20), static_cast<std::uint8_t>(rng.Next()));
        return bytes;
    case 2: {
        const wire::Bytes& other = corpus.All()[rng.Below(corpus.All().size())].bytes;
        bytes.resize(rng.Below(bytes.size() + 1));
        bytes.insert(bytes.end(),
                     other.begin() + static_cast<std::ptrdiff_t>(rng.Below(other.size())),
                     other.end());
        return bytes;
    }
    case 3: {
        const std::size_t from = rng.Below(bytes.size());
        const std::size_t to = from + rng.Below(bytes.size() - from) + 1;
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                  bytes.begin() + static_cast<std::ptrdiff_t>(to),
                  static_cast<std::uint8_t>(rng.Below(2) == 0 ? 0 : 0xff));
        return bytes;
    }
    default:
        for (std::uint64_t flips = 1 + rng.Below(3); flips > 0; --flips)
        {
            FlipByte(bytes, rng);
        }
        return bytes;
    }
}

void Tell(const Victim& victim, Input::Kind way, wire::ByteView bytes, Outbox& out)
{
    if (way == Input::Kind::DATAGRAM)
    {
        victim.detector.Receive(victim.now, victim.seed, bytes, out);
    }
    else
    {
        victim.detector.ReceiveStream(victim.now, bytes, out);
    }
}

bool Rejects(const Outbox& out)
{
    return std::ranges::any_of(out.Events(), [](const Event& event) {
        return event.kind == EventKind::REJECTED;
    });
}

/// @param answer the bytes answer a stream of its own, whose end it is, so that timers may change
void CheckRejection(const Detector& detector,
                    const Outbox& out,
                    const Snapshot& before,
                    std::uint64_t rejected,
                    bool answer)
{
    Require(before == Snapshot(detector, !answer), "what is rejected changes nothing");
    Require(detector.Count().rejected == rejected + 1, "what is rejected is counted");
    const auto others = std::ranges::count_if(out.Events(), [](const Event& event) {
        return event.kind != EventKind::REJECTED && event.kind != EventKind::JOIN_FAILED;
    });
    Require(others == 0, "of what is rejected nothing is concluded");
    Require(answer || (out.Datagrams().empty() && out.Streams().empty() &&
                       out.StreamAnswer().empty() && out.Aborts().empty()),
            "what is rejected is answered by nothing");
}

/// Gives it a stream of its own, which the bytes answer.
void TellAnswer(const Victim& victim, wire::ByteView bytes)
{
    Outbox asked;
    const Address seeds[] = {victim.seed};
    victim.detector.Join(victim.now, seeds, asked);
    for (const Outbox::Stream& stream : asked.Streams())
    {
        Outbox out;
        const Snapshot before(victim.detector, false);
        const std::uint64_t rejected = victim.detector.Count().rejected;
        victim.detector.ReceiveStreamAnswer(victim.now, stream.id, bytes, out);
        if (Rejects(out))
        {
            CheckRejection(victim.detector, out, before, rejected, true);
        }
    }
}

} // namespace

void Corpus::Add(const Input& input)
{
    const bool message = input.kind == Input::Kind::DATAGRAM || input.kind == Input::Kind::STREAM ||
                         input.kind == Input::Kind::ANSWER;
    if (!message || input.bytes.empty())
    {
        return;
    }
    const wire::ByteView type = input.bytes.first(std::min(BYTES_OF_TYPE, input.bytes.size()));
    const auto same = std::ranges::count_if(m_messages, [&](const Message& known) {
        return known.way == input.kind && known.bytes.size() >= type.size() &&
               std::equal(type.begin(), type.end(), known.bytes.begin());
    });
    if (static_cast<std::size_t>(same) < MOST_OF_A_TYPE)
    {
        m_messages.push_back({input.kind, {input.bytes.begin(), input.bytes.end()}});
    }
}

void CheckMalformed(const Victim& victim, const Corpus& corpus, std::uint32_t count, Rng& rng)
{
    if (corpus.All().empty())
    {
        return;
    }
    Detector& detector = victim.detector;
    for (std::uint32_t i = 0; i < count; ++i)
    {
        const Corpus::Message& message = corpus.All()[rng.Below(corpus.All().size())];
        const wire::Bytes bytes =
            rng.Below(8) == 0 ? Noise(rng) : Damaged(message.bytes, corpus, rng);
        Outbox due;
        detector.Advance(victim.now, due);
        if (message.way == Input::Kind::ANSWER)
        {
            TellAnswer(victim, bytes);
        }
        else
        {
            Outbox out;
            const Snapshot before(detector, true);
            const std::uint64_t rejected = detector.Count().rejected;
            Tell(victim, message.way, bytes, out);
            if (Rejects(out))
            {
                CheckRejection(detector, out, before, rejected, false);
            }
        }
        Views::CheckSelf(detector, victim.name, false);
    }
    Instant now = victim.now;
    for (std::uint32_t i = 0; i < STEPS_AFTERWARDS && detector.NextDeadline() != NEVER; ++i)
    {
        now = std::max(now, detector.NextDeadline());
        Outbox out;
        detector.Advance(now, out);
        Require(detector.NextDeadline() > now, "who was woken has done what was due");
        Views::CheckSelf(detector, victim.name, false);
    }
}

} // namespace swim::detectors
