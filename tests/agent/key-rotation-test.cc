// SPDX-License-Identifier: MIT
//
// Keys that change while messages are sealed and opened: by any thread, and among running agents.
#include "agents-on-sockets.h"
#include "recording-listener.h"
#include "swim/aes-gcm-cipher.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace swim
{

namespace
{

const SecretKey FORMER_KEY(16, 1);
const SecretKey FRESH_KEY(32, 2);
const SecretKey PASSING_KEY(24, 3);

/// Makes each of two keys the primary in turn, while a third one comes and goes.
void ChangeOnce(Keyring& ring)
{
    ring.Add(PASSING_KEY);
    ring.Use(FRESH_KEY);
    ring.Remove(PASSING_KEY);
    ring.Use(FORMER_KEY);
}

/// Seals, and opens by the same cipher and by another one. @return how often that went wrong
int Failures(AesGcmCipher& cipher, AesGcmCipher& knowsBoth, const Bytes& message, int rounds)
{
    int failures = 0;
    for (int round = 0; round < rounds; ++round)
    {
        Bytes sealed = message;
        Bytes plain;
        cipher.Seal(sealed, 0, {});
        failures += !cipher.Open(sealed, {}, plain) || plain != message;
        failures += !knowsBoth.Open(sealed, {}, plain) || plain != message;
    }
    return failures;
}

/// The ring always has both keys, and one of them is the primary: whatever else is done to it, each
/// message must be sealed under one of them as a whole.
TEST(KeyRotation, AnyThreadMayChangeTheRingWhileOthersSealAndOpen)
{
    constexpr int THREADS = 3;
    constexpr int ROUNDS = 2000;
    const auto ring = std::make_shared<Keyring>(FORMER_KEY);
    ring->Add(FRESH_KEY);
    const auto both = std::make_shared<const Keyring>(*ring);
    const auto shared = std::make_shared<AesGcmCipher>(ring);
    std::atomic<bool> changing = true;
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < THREADS; ++i)
    {
        // Two of them share a cipher as well.
        const auto cipher = i == 0 ? std::make_shared<AesGcmCipher>(ring) : shared;
        threads.emplace_back([=, &failures] {
            AesGcmCipher knowsBoth(both);
            failures += Failures(*cipher, knowsBoth, Bytes(100, std::uint8_t(i)), ROUNDS);
        });
    }
    std::thread changer([&] {
        while (changing)
        {
            ChangeOnce(*ring);
        }
    });
    std::thread reader([&] {
        while (changing)
        {
            failures += ring->Keys().size() < 2;
            failures += Keyring(*ring).Keys().size() < 2;
        }
    });
    for (std::thread& thread : threads)
    {
        thread.join();
    }
    changing = false;
    changer.join();
    reader.join();
    EXPECT_EQ(failures, 0);
}

TEST(KeyRotation, RingsAreAssignedToEachOtherAtOnce)
{
    Keyring a(FORMER_KEY);
    Keyring b(FRESH_KEY);
    std::thread there([&] {
        for (int i = 0; i < 1000; ++i)
        {
            a = b;
        }
    });
    for (int i = 0; i < 1000; ++i)
    {
        b = a;
    }
    there.join();
    EXPECT_EQ(a.Keys().size(), 1u);
    EXPECT_EQ(b.Keys().size(), 1u);
}

/// Members with a ring each, as an application has them.
class RotatingCluster : public testing::Test
{
  protected:
    static constexpr std::size_t MEMBERS = 4;

    void SetUp() override
    {
        for (std::size_t i = 0; i < MEMBERS; ++i)
        {
            m_rings.push_back(std::make_shared<Keyring>(FORMER_KEY));
            m_agents.push_back(Start("m" + std::to_string(i), m_rings[i], &m_heard));
        }
        for (std::size_t i = 1; i < MEMBERS; ++i)
        {
            EXPECT_EQ(Get(m_agents[i]->Join({Where(*m_agents[0])})).contacted, 1u);
        }
        EXPECT_TRUE(Eventually([&] { return AllKnowAll(); }));
    }

    static std::unique_ptr<Agent> Start(const std::string& name,
                                        const std::shared_ptr<Keyring>& ring,
                                        Listener* listener = nullptr)
    {
        AgentOptions options = Quick(name, listener);
        options.config.suspicionMult = 50; // no machine stops for that long
        options.cipher = std::make_shared<AesGcmCipher>(ring);
        return std::make_unique<Agent>(options);
    }

    bool AllKnowAll() const
    {
        return std::ranges::all_of(m_agents, [](const auto& agent) {
            return agent->MemberCount() == MEMBERS;
        });
    }

    /// Does it to one ring after the other, with probes in between: members are at different steps
    /// meanwhile.
    template <typename Step>
    void EachInTurn(Step step)
    {
        for (std::size_t i = 0; i < MEMBERS; ++i)
        {
            step(*m_rings[i]);
            const std::uint64_t before = m_agents[i]->Count().probes;
            EXPECT_TRUE(Eventually([&] { return m_agents[i]->Count().probes >= before + 5; }));
        }
    }

    std::uint64_t Rejected() const
    {
        std::uint64_t rejected = 0;
        for (const auto& agent : m_agents)
        {
            rejected += agent->Count().rejected;
        }
        return rejected;
    }

    RecordingListener m_heard;
    std::vector<std::shared_ptr<Keyring>> m_rings;
    std::vector<std::unique_ptr<Agent>> m_agents;
};

TEST_F(RotatingCluster, LosesNobodyAndRejectsNothing)
{
    EachInTurn([](Keyring& ring) { ring.Add(FRESH_KEY); });
    EachInTurn([](Keyring& ring) { ring.Use(FRESH_KEY); });
    EachInTurn([](Keyring& ring) { ring.Remove(FORMER_KEY); });
    EXPECT_EQ(Rejected(), 0u);
    EXPECT_TRUE(AllKnowAll());
    for (std::size_t i = 0; i < MEMBERS; ++i)
    {
        EXPECT_FALSE(m_heard.Heard(EventKind::DEAD, "m" + std::to_string(i)));
        EXPECT_EQ(m_rings[i]->Keys(), std::vector<SecretKey>{FRESH_KEY});
    }

    // The new key lets in, the old one does not.
    const auto late = Start("late", std::make_shared<Keyring>(FRESH_KEY));
    EXPECT_EQ(Get(late->Join({Where(*m_agents[1])})).contacted, 1u);
    const auto stale = Start("stale", std::make_shared<Keyring>(FORMER_KEY));
    EXPECT_EQ(Get(stale->Join({Where(*m_agents[1])})).contacted, 0u);
    EXPECT_GT(Rejected(), 0u) << "what the old key sealed was turned away";
}

} // namespace

} // namespace swim
