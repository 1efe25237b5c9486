// SPDX-License-Identifier: MIT
//
// See one-way.h.
#include "one-way.h"

#include "swim/versions.h"

#include <algorithm>
#include <array>

namespace swim::detectors
{

namespace
{

constexpr std::uint16_t PORT = 7946;

Address PlaceOf(std::uint8_t last)
{
    const std::array<std::uint8_t, 4> bytes{10, 0, 0, last};
    return Address(bytes, PORT);
}

} // namespace

OneWay::OneWay(const DetectorMaker& maker, std::uint64_t seed, Travel travel)
    : m_rng(seed, 2),
      m_travel(std::move(travel)),
      m_from(PlaceOf(1)),
      m_to(PlaceOf(2))
{
    std::vector<IdentityId> members;
    for (const auto& [name, address] : {std::pair("sender", m_from), std::pair("listener", m_to)})
    {
        members.push_back(
            m_directory.Intern(m_directory.InternName(name), address, "", OUR_VERSIONS));
    }
    const auto baseline = std::make_shared<const Baseline>(members, m_directory);
    Detector::Setup setup{.self = members[0], .baseline = baseline, .age = Age::SETTLED};
    m_sender = maker(setup, Rng(seed, 0), m_directory);
    setup.self = members[1];
    m_listener = maker(setup, Rng(seed, 1), m_directory);
    m_sender->Start(m_now);
    m_listener->Start(m_now);
}

void OneWay::RunTo(Instant end)
{
    Listen(end, true);
}

void OneWay::Note(Instant now)
{
    for (const Event& event : m_out.Events())
    {
        if (event.kind == EventKind::DEAD || event.kind == EventKind::JOINED)
        {
            m_turns.push_back({now, event.kind == EventKind::DEAD});
        }
    }
    m_out.Clear();
}

void OneWay::Listen(Instant end, bool sends)
{
    while (true)
    {
        const Instant send = sends ? m_sender->NextDeadline() : NEVER;
        const Instant wake = m_listener->NextDeadline();
        const Instant arrival = m_underWay.empty() ? NEVER : m_underWay.begin()->first;
        const Instant next = std::min({send, wake, arrival});
        if (next > end)
        {
            break;
        }
        m_now = next;
        if (next == arrival)
        {
            const auto message = m_underWay.extract(m_underWay.begin());
            m_listener->Receive(m_now, m_from, message.mapped(), m_out);
            Note(m_now);
        }
        else if (next == wake)
        {
            m_listener->Advance(m_now, m_out);
            Note(m_now);
        }
        else
        {
            m_sender->Advance(m_now, m_out);
            for (const Outbox::Datagram& datagram : m_out.Datagrams())
            {
                m_sent.push_back(m_now);
                if (const auto time = m_travel(m_rng))
                {
                    const wire::ByteView bytes = m_out.Bytes(datagram);
                    m_underWay.emplace(m_now + *time, wire::Bytes(bytes.begin(), bytes.end()));
                }
            }
            m_out.Clear();
        }
    }
    m_now = end;
}

Duration OneWay::CrashAndWait(Duration most)
{
    const Instant crash = m_now;
    Listen(crash + most, false);
    if (!Suspects())
    {
        return most;
    }
    return std::max(Duration::zero(), m_turns.back().at - crash);
}

} // namespace swim::detectors
