// SPDX-License-Identifier: MIT
//
// See redis.h: what pings and pongs tell of others, and how PFAIL becomes FAIL.
#include "detectors/redis-types.h"
#include "detectors/redis.h"

#include <algorithm>
#include <chrono>

namespace swim::detectors
{

namespace
{

constexpr std::size_t LEAST_ENTRIES = 3;

/// How far a pong time that somebody tells may lie ahead of our clock.
constexpr Duration MOST_AHEAD = std::chrono::milliseconds(500);

/// Fills a message up, so that with the frame around it it has as many bytes as Redis sends.
void PadTo(std::size_t bytes, wire::Bytes& message)
{
    static const std::size_t emptyFrame = [] {
        wire::Bytes frame;
        wire::EncodeUser({}, frame);
        return frame.size();
    }();
    // The frame's number of bytes takes one byte below 128, and three from 256 to 65535.
    constexpr std::size_t OF_LONG_MESSAGES = 2;
    constexpr std::size_t OF_LONGEST_MESSAGES = 4;
    const std::size_t more = bytes > UINT16_MAX ? OF_LONGEST_MESSAGES : OF_LONG_MESSAGES;
    message.resize(bytes - emptyFrame - more);
}

/// A pong time as it travels, in nanoseconds; NO_TIME, which is later than no other, travels as it is:
/// 0 is a time, and members that have run for long start with times before it.
std::int64_t PongTime(Instant at, Redis::PongGossip precision)
{
    using std::chrono::floor;
    const Duration time = at.time_since_epoch();
    return precision == Redis::PongGossip::SECONDS && at != Instant::min()
               ? Duration(floor<std::chrono::seconds>(time)).count()
               : time.count();
}

} // namespace

std::vector<Slot> Redis::ChooseEntries()
{
    std::vector<Slot> chosen;
    const std::size_t size = m_members.Size();
    std::size_t fresh = size > 2 ? size - 2 : 0;
    const std::size_t wanted = std::min(std::max(LEAST_ENTRIES, size / 10), fresh);
    std::size_t tries = 3 * wanted;
    chosen.reserve(wanted);
    std::vector<bool> listed(m_members.Slots());
    while (fresh > 0 && chosen.size() < wanted && tries-- > 0)
    {
        const Slot slot(static_cast<std::uint32_t>(m_rng.Below(m_members.Slots())));
        const Peer& peer = At(slot);
        if (slot == Self() || Is(slot, MemberState::SUSPECT))
        {
            continue;
        }
        if (Is(slot, MemberState::LEFT) || (!peer.linked && peer.role != Role::PRIMARY))
        {
            --fresh;
            continue;
        }
        if (!listed[slot.Value()])
        {
            listed[slot.Value()] = true;
            chosen.push_back(slot);
            --fresh;
        }
    }
    if (m_members.Count(MemberState::SUSPECT) > 0)
    {
        for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
        {
            if (Is(slot, MemberState::SUSPECT))
            {
                chosen.push_back(slot);
            }
        }
    }
    return chosen;
}

void Redis::WriteMessage(std::uint8_t type, wire::Bytes& message)
{
    const std::vector<Slot> entries = ChooseEntries();
    BeginStream(type, message);
    ByteWriter writer(message);
    writer.Number(static_cast<std::uint8_t>(At(Self()).role));
    writer.Number(static_cast<std::uint16_t>(entries.size()));
    for (const Slot slot : entries)
    {
        WriteEntry(slot, message);
    }
    PadTo(HEADER_BYTES + ENTRY_BYTES * entries.size(), message);
}

void Redis::WriteEntry(Slot slot, wire::Bytes& message) const
{
    const std::size_t start = message.size();
    const PeerRecord record = m_members.At(slot);
    ByteWriter writer(message);
    writer.Name(NameText(slot));
    writer.Place(AddressOf(slot));
    writer.Number(record.incarnation);
    writer.Number(static_cast<std::uint8_t>(record.State()));
    writer.Number(PongTime(m_pongs[slot.Value()], m_config->pongGossip));
    writer.Zeros(start + ENTRY_BYTES - message.size());
}

bool Redis::IsMessage(ByteReader body)
{
    body.Number<std::uint8_t>(); // role
    const auto count = body.Number<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && body.Ok(); ++i)
    {
        ByteReader entry(body.Take(ENTRY_BYTES));
        const bool named = !entry.Name().empty();
        entry.Place();
        entry.Number<std::uint32_t>(); // incarnation
        const auto state = entry.Number<std::uint8_t>();
        entry.Number<std::int64_t>(); // when its pong came
        if (!entry.Ok() || !named || state > static_cast<std::uint8_t>(MemberState::LEFT))
        {
            return false;
        }
    }
    return body.Ok();
}

bool Redis::TakeMessage(Slot from, ByteReader& body, Outbox& out)
{
    const auto role = body.Number<std::uint8_t>();
    const auto count = body.Number<std::uint16_t>();
    if (!body.Ok() || body.Left() < count * ENTRY_BYTES)
    {
        return false;
    }
    LinkOf(from).dataReceived = m_now;
    TakeFlags(from, role);
    const wire::ByteView entries = body.Take(count * ENTRY_BYTES);
    std::vector<Slot> about(count);
    for (std::size_t i = 0; i < count; ++i)
    {
        about[i] = FindByName(ByteReader(entries.subspan(i * ENTRY_BYTES)).Name());
        Prefetch(about[i]);
    }
    bool good = true;
    for (std::size_t i = 0; i < count && good; ++i)
    {
        const ByteReader entry(entries.subspan(i * ENTRY_BYTES, ENTRY_BYTES));
        good = TakeEntry(from, about[i], entry, out);
    }
    SetDue(from);
    return good;
}

/// Takes back the reports about a node that are so.
template <typename Predicate>
void Redis::EraseReports(Slot about, const Predicate& isSo)
{
    if (At(about).reported)
    {
        std::vector<Report>& reports = LinkOf(about).reports;
        std::erase_if(reports, isSo);
        At(about).reported = !reports.empty();
    }
}

/// Asks for the memory of a node, as far as an entry touches it.
void Redis::Prefetch(Slot slot) const
{
    if (slot != NONE)
    {
        __builtin_prefetch(&m_pongs[slot.Value()]);
        __builtin_prefetch(&m_peers[slot.Value()]);
    }
}

/// @param about NONE: the node was not known before this message
bool Redis::TakeEntry(Slot from, Slot about, ByteReader entry, Outbox& out)
{
    const std::string_view name = entry.Name();
    const Address address = entry.Place();
    const auto incarnation = entry.Number<std::uint32_t>();
    const auto state = static_cast<MemberState>(entry.Number<std::uint8_t>());
    const Instant pong{Duration(entry.Number<std::int64_t>())};
    if (!entry.Ok() || name.empty())
    {
        return false;
    }
    const bool doubted = state == MemberState::SUSPECT || state == MemberState::DEAD;
    const Slot slot = about == NONE ? FindByName(name) : about;
    if (slot == NONE)
    {
        if (!doubted)
        {
            Meet(name, address, incarnation, NameOf(from), out);
        }
        return true;
    }
    if (slot == Self())
    {
        return true;
    }
    if (At(from).role == Role::PRIMARY)
    {
        if (doubted)
        {
            AddReport(slot, from);
            FailIfAgreed(slot, out);
        }
        else
        {
            EraseReports(slot, [&](const Report& report) { return report.by == from; });
        }
    }
    if (m_config->pongGossip != PongGossip::OFF && !doubted && !At(slot).pending &&
        CountReports(slot) == 0 && pong <= m_now + MOST_AHEAD && pong > PongOf(slot))
    {
        PongOf(slot) = pong; // of which the cron will see that it need do nothing yet
    }
    return true;
}

void Redis::AddReport(Slot about, Slot by)
{
    std::vector<Report>& reports = LinkOf(about).reports;
    const auto found = std::ranges::find(reports, by, &Report::by);
    if (found != reports.end())
    {
        found->at = m_now;
        return;
    }
    reports.push_back({by, m_now});
    At(about).reported = true;
}

/// A report counts for twice the time-out.
std::size_t Redis::CountReports(Slot about)
{
    EraseReports(about, [&](const Report& report) {
        return m_now - report.at > 2 * m_config->nodeTimeout;
    });
    return At(about).reported ? LinkOf(about).reports.size() : 0;
}

void Redis::FailIfAgreed(Slot slot, Outbox& out)
{
    if (!Is(slot, MemberState::SUSPECT))
    {
        return;
    }
    const std::size_t own = At(Self()).role == Role::PRIMARY ? 1 : 0;
    if (CountReports(slot) + own < m_primaries / 2 + 1)
    {
        return;
    }
    Fail(slot, OwnName(), out);
    TellFail(slot, out);
}

void Redis::Fail(Slot slot, NameId source, Outbox& out)
{
    LinkOf(slot).failed = m_now;
    Doubt(slot, MemberState::DEAD, source, out);
}

/// Tells everybody to whom there is a link. Whoever has not taken it by the time at which Redis gives
/// a silent link up is not told.
void Redis::TellFail(Slot slot, Outbox& out)
{
    wire::Bytes message;
    BeginStream(static_cast<std::uint8_t>(RedisType::FAIL), message);
    ByteWriter(message).Name(NameText(slot));
    PadTo(HEADER_BYTES + FAIL_BYTES, message);
    for (const Slot to : FirstIds<Slot>(m_members.Slots()))
    {
        if (to != Self() && to != slot && At(to).linked && !Is(to, MemberState::LEFT))
        {
            const std::uint32_t id = Open(to, TrafficKind::STREAM_USER, message, out);
            m_tellings.push_back({id, m_now + m_config->nodeTimeout / 2});
        }
    }
}

} // namespace swim::detectors
