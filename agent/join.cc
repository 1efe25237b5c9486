// SPDX-License-Identifier: MIT
//
// See join.h.
#include "agent/join.h"

#include "swim/endpoint.h"

#include <memory>

namespace swim
{

namespace
{

/// One call of join. Each step that is under way holds it, so it ends with the last of them.
class JoinAttempt : public std::enable_shared_from_this<JoinAttempt>
{
  public:
    JoinAttempt(Driver& driver,
                Transport& transport,
                Audience& audience,
                std::vector<std::string> addresses,
                const JoinOptions& options,
                OnJoined done)
        : m_driver(driver),
          m_transport(transport),
          m_audience(audience),
          m_addresses(std::move(addresses)),
          m_options(options),
          m_done(std::move(done)),
          m_leaves(driver.Leaves())
    {
    }

    void Begin()
    {
        m_result = {};
        m_seeds.clear();
        m_ourselves.clear();
        if (WasAskedToLeave())
        {
            return;
        }
        m_pending = m_addresses.size();
        if (m_pending == 0)
        {
            m_result.errors.emplace_back("no address to join was given");
            m_done(m_result);
            return;
        }
        for (const std::string& address : m_addresses)
        {
            m_transport.Resolve(address,
                                [self = shared_from_this(), address](const auto& resolution) {
                                    self->OnResolved(address, resolution);
                                });
        }
    }

  private:
    void OnResolved(const std::string& address, const Transport::Resolution& resolution)
    {
        for (const Address& found : resolution.addresses)
        {
            m_driver.IsOwn(found) ? m_ourselves.push_back(found) : m_seeds.push_back(found);
        }
        if (resolution.addresses.empty())
        {
            m_result.errors.push_back("could not join " + (address.empty() ? "\"\"" : address) +
                                      ": " + resolution.error);
        }
        if (--m_pending > 0)
        {
            return;
        }
        if (WasAskedToLeave())
        {
            return;
        }
        if (m_seeds.empty())
        {
            End();
            return;
        }
        m_pending = m_seeds.size();
        m_driver.Join(m_seeds,
                      [self = shared_from_this()](std::size_t seed, const Failure& failure) {
                          self->OnAnswered(seed, failure);
                      });
    }

    /// Whoever leaves means the joins of before too; only a later one leads back.
    bool WasAskedToLeave()
    {
        if (m_driver.Leaves() == m_leaves)
        {
            return false;
        }
        m_result.errors.emplace_back("the member was asked to leave meanwhile");
        m_done(m_result);
        return true;
    }

    void OnAnswered(std::size_t seed, const Failure& failure)
    {
        if (failure == Driver::OURSELVES)
        {
            m_ourselves.push_back(m_seeds[seed]);
        }
        else if (failure)
        {
            m_result.errors.push_back("could not join " + FormatAddress(m_seeds[seed]) + ": " +
                                      *failure);
        }
        else
        {
            ++m_result.contacted;
        }
        if (--m_pending == 0)
        {
            End();
        }
    }

    /// A list of seeds that is the same for all names each of them too: a mistake only if nobody
    /// else answers.
    void End()
    {
        for (const Address& address : m_ourselves)
        {
            if (m_result.contacted == 0)
            {
                m_result.errors.push_back("could not join " + FormatAddress(address) + ": " +
                                          Driver::OURSELVES);
            }
        }
        if (m_result.contacted > 0)
        {
            m_driver.AwaitAcceptance(m_options.acceptance,
                                     [self = shared_from_this()] { self->Accepted(); });
            return;
        }
        if (m_options.retries == 0)
        {
            m_done(m_result);
            return;
        }
        --m_options.retries;
        if (m_options.failed)
        {
            m_audience.Call([failed = m_options.failed, result = m_result] { failed(result); });
        }
        m_driver.After(m_options.retryInterval, [self = shared_from_this()] { self->Begin(); });
    }

    void Accepted()
    {
        m_result.nameHeldAt = m_driver.NameHeldAt();
        if (m_result.nameHeldAt)
        {
            m_result.errors.push_back(
                "others hold our name to be that of the member at " +
                FormatAddress(*m_result.nameHeldAt) +
                ", and do not take us in until that one has been dead or gone for long enough "
                "(dead_node_reclaim_time)");
        }
        m_done(m_result);
    }

    Driver& m_driver;
    Transport& m_transport;
    Audience& m_audience;
    std::vector<std::string> m_addresses;
    JoinOptions m_options;
    OnJoined m_done;
    JoinResult m_result;
    std::vector<Address> m_seeds;
    std::vector<Address> m_ourselves; ///< which are no seeds
    std::size_t m_pending = 0;
    const std::uint32_t m_leaves; ///< when it was asked for
};

} // namespace

void StartJoin(Driver& driver,
               Transport& transport,
               Audience& audience,
               std::vector<std::string> addresses,
               const JoinOptions& options,
               OnJoined done)
{
    const auto attempt = std::make_shared<JoinAttempt>(driver,
                                                       transport,
                                                       audience,
                                                       std::move(addresses),
                                                       options,
                                                       std::move(done));
    if (options.delay > Duration::zero())
    {
        driver.After(options.delay, [attempt] { attempt->Begin(); });
    }
    else
    {
        attempt->Begin();
    }
}

} // namespace swim
