// SPDX-License-Identifier: MIT
//
// Times a push/pull: two members that know the same cluster exchange their whole tables over a
// stream, compare each with their own and find nothing new.
//
// Beside it, the two messages only decoded. An item is an exchange.
#include "benchmark-report.h"
#include "decode-only.h"
#include "swim/node.h"

#include <array>
#include <benchmark/benchmark.h>
#include <string>

namespace
{

using swim::wire::Bytes;
using swim::wire::ByteView;

swim::Address AddressOf(std::uint32_t member)
{
    return {std::array<std::uint8_t, 4>{10,
                                        static_cast<std::uint8_t>(member >> 16),
                                        static_cast<std::uint8_t>(member >> 8),
                                        static_cast<std::uint8_t>(member)},
            7946};
}

/// Two members of a cluster, the first of which asks the second.
class Pair
{
  public:
    explicit Pair(std::uint32_t members)
    {
        std::vector<swim::IdentityId> everybody;
        for (std::uint32_t member = 0; member < members; ++member)
        {
            const auto name = m_directory.InternName("member-" + std::to_string(member));
            everybody.push_back(
                m_directory.Intern(name, AddressOf(member), "", swim::OUR_VERSIONS));
        }
        const auto config = std::make_shared<swim::Config>(*swim::Preset("memberlist-lan"));
        const auto baseline = std::make_shared<swim::Baseline>(everybody, m_directory);
        for (std::uint32_t member = 0; member < 2; ++member)
        {
            swim::Node::Setup setup;
            setup.config = config;
            setup.self = everybody[member];
            setup.baseline = baseline;
            m_nodes.emplace_back(setup, swim::Rng(1, member), m_directory);
            m_nodes.back().Start(swim::Instant{});
        }
    }

    /// At the start of time, where no deadline is due yet. @return whether both were content
    bool Exchange()
    {
        m_asking.Clear();
        m_asked.Clear();
        m_nodes[0].Join(swim::Instant{}, m_to, m_asking);
        const auto stream = m_asking.Streams().front();
        m_nodes[1].ReceiveStream(swim::Instant{}, m_asking.Bytes(stream), m_asked);
        m_told.Clear();
        m_nodes[0].ReceiveStreamAnswer(swim::Instant{}, stream.id, m_asked.StreamAnswer(), m_told);
        return m_asked.Events().empty() && m_told.Events().size() == 1 &&
               m_told.Events()[0].kind == swim::EventKind::JOIN_SUCCEEDED;
    }

    /// What went to and fro in the last exchange.
    std::array<Bytes, 2> Messages() const
    {
        const ByteView request = m_asking.Bytes(m_asking.Streams().front());
        const ByteView answer = m_asked.StreamAnswer();
        return {Bytes(request.begin(), request.end()), Bytes(answer.begin(), answer.end())};
    }

  private:
    swim::Directory m_directory;
    std::vector<swim::Node> m_nodes;
    std::array<swim::Address, 1> m_to{AddressOf(1)};
    swim::Outbox m_asking;
    swim::Outbox m_asked;
    swim::Outbox m_told;
};

void PushPull(benchmark::State& state)
{
    Pair pair(static_cast<std::uint32_t>(state.range(0)));
    bool content = pair.Exchange(); // until its memory is there
    const std::uint64_t before = heap::Allocations();
    for (auto _ : state)
    {
        content = pair.Exchange() && content;
    }
    ReportItems(state, state.iterations(), before);
    if (!content)
    {
        state.SkipWithError("two equal tables were not found to be equal");
    }
}

void PushPullDecoded(benchmark::State& state)
{
    Pair pair(static_cast<std::uint32_t>(state.range(0)));
    pair.Exchange();
    const std::array<Bytes, 2> messages = pair.Messages();
    std::uint64_t states = 0;
    const std::uint64_t before = heap::Allocations();
    for (auto _ : state)
    {
        for (const Bytes& message : messages)
        {
            states += swim::CountStates(message);
        }
    }
    ReportItems(state, state.iterations(), before);
    if (states != static_cast<std::uint64_t>(state.iterations() * 2 * state.range(0)))
    {
        state.SkipWithError("a state was not understood");
    }
}

BENCHMARK(PushPull)->Name("push-pull")->Arg(1000)->Arg(10000);
BENCHMARK(PushPullDecoded)->Name("push-pull-decoded")->Arg(1000)->Arg(10000);

} // namespace
