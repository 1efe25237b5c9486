// SPDX-License-Identifier: MIT
//
// Which news wins, as algebra: `precedence = total` joins a lattice, so that a view depends on what
// was heard and not on when or how often. memberlist's rules do not, and the hole is shown here.
#include "node-fixture.h"
#include "swim/precedence.h"

#include <rapidcheck/gtest.h>

namespace swim
{

namespace
{

constexpr MemberState STATES[] = {MemberState::ALIVE,
                                  MemberState::SUSPECT,
                                  MemberState::DEAD,
                                  MemberState::LEFT};

/// Every state at each of these incarnations, the smallest and the largest among them.
std::vector<News> SomeNews()
{
    std::vector<News> news;
    for (const std::uint32_t incarnation : {0u, 1u, 2u, UINT32_MAX - 1, UINT32_MAX})
    {
        for (const MemberState state : STATES)
        {
            news.push_back({incarnation, state});
        }
    }
    return news;
}

class Lattice : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(DeadIsFinal, Lattice, testing::Bool(), [](const auto& instance) {
    return instance.param ? "yes" : "no";
});

TEST_P(Lattice, TheJoinOfNewsIsIdempotentCommutativeAndAssociative)
{
    const auto join = [](const News& a, const News& b) { return Combine(a, b, GetParam()); };
    const std::vector<News> news = SomeNews();
    for (const News& a : news)
    {
        EXPECT_EQ(join(a, a), a);
        for (const News& b : news)
        {
            EXPECT_EQ(join(a, b), join(b, a));
            for (const News& c : news)
            {
                EXPECT_EQ(join(join(a, b), c), join(a, join(b, c)));
            }
        }
    }
}

TEST_P(Lattice, TheJoinNeverLowersAnIncarnation)
{
    for (const News& a : SomeNews())
    {
        for (const News& b : SomeNews())
        {
            EXPECT_EQ(Combine(a, b, GetParam()).incarnation,
                      std::max(a.incarnation, b.incarnation));
        }
    }
}

TEST_P(Lattice, TheJoinIsOneOfTheTwoUnlessADeathIsRaised)
{
    for (const News& a : SomeNews())
    {
        for (const News& b : SomeNews())
        {
            const News joined = Combine(a, b, GetParam());
            const bool raised = GetParam() && joined.state == MemberState::DEAD;
            EXPECT_TRUE(joined == a || joined == b || raised);
        }
    }
}

/// News about one of the members that node a knows.
struct Message
{
    char subject;
    News news;
    char from; ///< of an accusation; of a death the subject itself: it left
};

void showValue(const Message& message, std::ostream& out)
{
    out << message.subject << '@' << message.news.incarnation << " state "
        << static_cast<int>(message.news.state) << " by " << message.from;
}

rc::Gen<Message> AnyMessage()
{
    return rc::gen::map(rc::gen::tuple(rc::gen::element('b', 'c', 'd'),
                                       rc::gen::inRange(0u, 6u),
                                       rc::gen::element(STATES[0], STATES[1], STATES[2], STATES[3]),
                                       rc::gen::element('e', 'f', 'g')),
                        [](const auto& fields) {
                            const auto& [subject, incarnation, state, from] = fields;
                            return Message{subject,
                                           {incarnation, state},
                                           state == MemberState::LEFT ? subject : from};
                        });
}

/// A node to be told news; not a test by itself.
class Listener : public NodeTest
{
  public:
    explicit Listener(Precedence precedence, bool deadIsFinal = false)
    {
        config.precedence = precedence;
        config.deadIsFinal = deadIsFinal;
    }

    void TestBody() override
    {
    }

    /// @return what a fresh node holds of b, c and d after these messages
    std::vector<News> ViewAfter(const std::vector<Message>& messages)
    {
        Start("abcdefg");
        for (const Message& message : messages)
        {
            Hear(Encoded(message));
        }
        std::vector<News> view;
        for (const char member : {'b', 'c', 'd'})
        {
            const NameId name = directory.FindName({&member, 1});
            const PeerRecord record = node->Members().At(node->Members().Find(name));
            view.push_back({record.incarnation, record.State()});
        }
        return view;
    }

  private:
    static wire::Bytes Encoded(const Message& message)
    {
        switch (message.news.state)
        {
        case MemberState::ALIVE:
            return Alive(message.subject, message.news.incarnation);
        case MemberState::SUSPECT:
            return Suspect(message.subject, message.news.incarnation, message.from);
        default:
            return Dead(message.subject, message.news.incarnation, message.from);
        }
    }
};

std::vector<Message> Shuffled(std::vector<Message> messages)
{
    for (std::size_t left = messages.size(); left > 1; --left)
    {
        std::swap(messages[left - 1], messages[*rc::gen::inRange<std::size_t>(0, left)]);
    }
    return messages;
}

void ExpectTheJoinInAnyOrder(bool deadIsFinal)
{
    Listener a(Precedence::TOTAL, deadIsFinal);
    auto messages = *rc::gen::container<std::vector<Message>>(AnyMessage());
    std::vector<News> expected(3, News{1, MemberState::ALIVE});
    for (const Message& message : messages)
    {
        News& known = expected[static_cast<std::size_t>(message.subject - 'b')];
        known = Combine(known, message.news, deadIsFinal);
    }
    RC_ASSERT(a.ViewAfter(messages) == expected);
    const auto twice = *rc::gen::inRange<std::size_t>(0, messages.size() + 1);
    messages.insert(messages.end(), messages.begin(), messages.begin() + std::ptrdiff_t(twice));
    RC_ASSERT(a.ViewAfter(Shuffled(messages)) == expected);
}

RC_GTEST_PROP(TotalPrecedence, AnyOrderAndDuplicationEndsInTheSameView, ())
{
    ExpectTheJoinInAnyOrder(false);
}

RC_GTEST_PROP(TotalPrecedence, AnyOrderAndDuplicationEndsInTheSameViewWhereDeadIsFinal, ())
{
    ExpectTheJoinInAnyOrder(true);
}

/// A death, a later death, and a delayed alive from between them.
std::vector<Message> DeathsAndADelayedAlive()
{
    return {{'b', {1, MemberState::DEAD}, 'e'},
            {'b', {10, MemberState::DEAD}, 'e'},
            {'b', {2, MemberState::ALIVE}, 'b'}};
}

TEST(DelayedAlive, RevivesTheDeadUnderMemberlistsPrecedence)
{
    Listener a(Precedence::MEMBERLIST);
    EXPECT_EQ(a.ViewAfter(DeathsAndADelayedAlive())[0], (News{2, MemberState::ALIVE}));
}

TEST(DelayedAlive, ChangesNothingUnderTotalPrecedence)
{
    Listener a(Precedence::TOTAL);
    EXPECT_EQ(a.ViewAfter(DeathsAndADelayedAlive())[0], (News{10, MemberState::DEAD}));
}

} // namespace

} // namespace swim
