// SPDX-License-Identifier: GPL-2.0-only
//
// A member of a SWIM cluster as an ns-3 application: the protocol core on UDP and TCP sockets.
#ifndef SWIM_APPLICATION_H
#define SWIM_APPLICATION_H

#include "swim-cluster.h"
#include "swim-member-view.h"
#include "swim-observer.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ns3
{

struct DetectorKind;
class MemberProcess;
class MessageTracer;
class SwimPathNetwork;

/**
 * @ingroup swim
 * Runs one member. Every protocol parameter is an attribute with memberlist's name (ProbeInterval,
 * IndirectChecks, GossipNodes, ...); their defaults are memberlist's LAN preset, and SwimHelper
 * sets others by preset.
 *
 * StartApplication launches the process, StopApplication kills it. Between them a simulation can
 * kill, launch, pause and resume it and let it leave. Call these in events of their own: not from a
 * trace sink, which runs in the midst of what the process does. Only a sink of UserMessage may act.
 *
 * Members are known by their index in the cluster; GetName tells the name.
 */
class SwimApplication : public Application
{
  public:
    /// Work the process has done, summed over its lives.
    struct Statistics
    {
        uint64_t probes = 0;              //!< rounds that sent a ping
        uint64_t probesFailed = 0;        //!< rounds that ended without any ack
        uint64_t probesIndirect = 0;      //!< rounds that needed ping-reqs
        uint64_t nacksExpected = 0;       //!< in failed rounds
        uint64_t nacksReceived = 0;       //!< in failed rounds
        uint64_t streamPingsAnswered = 0; //!< rounds saved by the stream fallback
        uint64_t refutations = 0;         //!< accusations answered
        uint64_t rejected = 0;            //!< malformed or foreign packets
        uint64_t socketOverflows = 0;     //!< datagrams for which the socket had no room
    };

    /// How a process comes to its first view of the cluster.
    struct LaunchOptions
    {
        bool converged = false; //!< knows everybody of the cluster's converged start
        /// When converged: has run for long, and is anywhere in its push/pull period. Who starts now
        /// speaks to nobody before a random part of PushPullInterval and a whole period are over.
        bool settled = true;
        /// Members to join through, asked again until one answers or JoinRetries is spent; of a
        /// converged start those whom it contacts every SeedInterval.
        std::vector<uint32_t> seeds;
        uint32_t incarnation = 1; //!< a process that remembers its last one starts higher
        Time delay; //!< of StartApplication alone: how long after it the process is launched
    };

    /**
     * @param observer the member that concluded something
     * @param event joined, suspect, refuted, dead, left, updated, conflict or rejected
     * @param subject the member it is about; empty for rejected
     * @param incarnation the subject's
     * @param source whose word it was; for rejected the reason
     */
    typedef void (*EventTracedCallback)(uint32_t observer,
                                        std::string_view event,
                                        std::string_view subject,
                                        uint32_t incarnation,
                                        std::string_view source);

    /**
     * The same by names.
     * @param observer the name of the member that concluded something
     * @param event see EventTracedCallback
     * @param subject likewise
     * @param incarnation likewise
     * @param source likewise
     */
    typedef void (*NamedEventTracedCallback)(std::string_view observer,
                                             std::string_view event,
                                             std::string_view subject,
                                             uint32_t incarnation,
                                             std::string_view source);

    /**
     * @param member who sends or receives
     * @param kind ping, ping-req, ack, nack, gossip, push-pull, stream-ping or stream-ack
     * @param bytes of payload
     */
    typedef void (*MessageTracedCallback)(uint32_t member, std::string_view kind, uint32_t bytes);

    /**
     * @param member who hears a payload for the first time
     * @param origin who broadcast it
     * @param payload what was given to Broadcast
     */
    typedef void (*UserMessageTracedCallback)(uint32_t member,
                                              uint32_t origin,
                                              const std::string& payload);

    static TypeId GetTypeId();

    SwimApplication();

    /**
     * For CopyObject: another application with the same attributes. ns-3 makes the texts of all of an
     * object's attributes whenever it creates one, which for many members takes longer than a minute of
     * their protocol.
     *
     * @param other has no member yet
     */
    SwimApplication(const SwimApplication& other);
    SwimApplication& operator=(const SwimApplication&) = delete;
    ~SwimApplication() override;

    /// Who this is. To be called before the application starts.
    void SetMember(Ptr<SwimCluster> cluster, uint32_t member);

    /// Sends over paths from the next launch on, instead of over the sockets of its node.
    void SetPathNetwork(Ptr<SwimPathNetwork> network);

    /**
     * Processes launched from now on detect failures otherwise than SWIM. Their cluster must be of one
     * kind. UpdateMeta and Broadcast do nothing then, and attributes of the protocol count for nothing.
     * @param kind see detector-kind.h; null: SWIM
     */
    void SetDetector(std::shared_ptr<const DetectorKind> kind);

    /// Who hears from the next launch on what the trace sources would tell, which then are silent.
    /// @param observer outlives the application
    void SetObserver(SwimObserver& observer);

    /// Who traces the messages of the processes launched from now on; private to the module, as its
    /// interface is C++20. @param tracer outlives the application; null: nobody
    void SetTracer(MessageTracer* tracer)
    {
        m_tracer = tracer;
    }

    /**
     * What StartApplication launches with; by default converged.
     *
     * A member that is to start converged, but later than the first ones of its cluster, is not
     * there from the start: it joins through them.
     */
    void SetLaunchOptions(const LaunchOptions& options);
    const LaunchOptions& GetLaunchOptions() const;

    /**
     * Fixes the random choices: equal streams, seeds and runs give equal choices. Without this the
     * stream is made of the node's number and the application's on its node; without a node it is
     * the member's index.
     * @param stream from 0 to 2^46 - 1
     * @return the number of streams used
     */
    int64_t AssignStreams(int64_t stream);

    /// Starts a process; the one before must have ended.
    void Launch(const LaunchOptions& options);

    /// The process is gone at once and says nothing; its sockets close.
    void Kill();

    /// The process stops; what arrives waits in its sockets, and its clock runs on.
    void Pause();
    void Resume();

    /// The process blocks right before it sends and right after it receives, while timers that need
    /// neither run on, suspicions' among them (Lifeguard's slow member).
    /// @param each how long it takes afterwards to handle each datagram that has waited
    void BeginStall(Time each = Time());

    /// Everything goes on in order.
    void EndStall();

    /// The process tells the others that it leaves, and ends when the news has been passed on.
    void Leave();

    bool IsRunning() const;

    /// @return the member's name; the application must have a member
    std::string GetName() const;

    uint32_t GetMember() const;
    Ptr<SwimCluster> GetCluster() const;

    /// @return an InetSocketAddress or an Inet6SocketAddress
    Address GetSocketAddress() const;

    /// @return what the running process believes of everybody whom it knows, itself included; empty
    ///         before a process runs and after it was killed
    std::vector<SwimMemberView> GetView() const;

    /// @return how many members it believes to be in a state, itself included
    uint32_t CountInView(SwimMemberState state) const;

    /// @return Lifeguard's local health: 0 is healthy, up to AwarenessMaxMultiplier - 1
    uint32_t GetHealthScore() const;

    /// @return the process's incarnation, or that of the last one that ran; 0 before the first
    uint32_t GetIncarnation() const;

    /// @return what all its processes have done
    Statistics GetStatistics() const;

    /// Share of datagrams that the socket drops before sending; from now on.
    void SetDatagramLoss(double probability);
    double GetDatagramLoss() const;

    /// Share of the datagrams that reach the socket of which the process sees nothing.
    void SetInboundDatagramLoss(double probability);

    /// What arrives from now on waits so long before the process handles it; its timers do not, and
    /// streams that are open go on as they did.
    void SetSlowness(Time slowness);

    /// What a running process draws from now on, so that a copy of the simulation takes a course of
    /// its own. @param seed of all members @post nothing but later draws has changed
    void Reseed(uint64_t seed);

    /// A running process tells the others of other metadata. @param meta at most 512 bytes, and
    /// short enough for a datagram of UdpBufferSize
    void UpdateMeta(const std::string& meta);

    /**
     * A running process gossips a payload to everybody, who pass it on and trace it once as
     * UserMessage. It travels with the protocol's updates, as UserBroadcastShare says.
     * @return whether it was queued: not where it is too long (see GetMaxBroadcast), as many wait as
     *         UserQueueDepth allows, or no process runs; nothing happens then
     */
    bool Broadcast(const std::string& payload);

    /// @return the most bytes of a broadcast; 0 where no process runs
    uint32_t GetMaxBroadcast() const;

    /// A running process handles a datagram that nobody sent. @param from as whose it passes
    void Inject(Ipv4Address from, const std::vector<uint8_t>& datagram);

  protected:
    void DoDispose() override;

  private:
    struct Settings;
    class TraceSources;
    struct Extras;

    void StartApplication() override;
    void StopApplication() override;

    static TypeId AddProtocolAttributes(TypeId tid);

    /// The settings, which are to be changed: from here on they are its own.
    Settings& OwnSettings();

    void ShareSettings();

    /// Ends the program where it is called in the midst of what a member of the cluster does.
    void CheckMayAct(const char* method) const;

    void LaunchFirst();
    LaunchOptions OptionsOfFirstLaunch();
    SwimObserver* MakeTraces();
    Ptr<MemberProcess> MakeProcess(const LaunchOptions& options);
    int64_t RandomStream() const;
    void OnUserMessage(uint32_t origin, const std::string& payload);
    Extras& GetExtras();

    /// Tells the running process of its socket's losses and its slowness.
    void ImpairProcess();

    /// Keeps what is to be remembered of a process that has ended.
    void Bury();

    Ptr<SwimCluster> m_cluster;
    Ptr<SwimPathNetwork> m_pathNetwork; //!< null: the node's sockets
    uint32_t m_member = 0;
    LaunchOptions m_launchOptions;
    Ptr<MemberProcess> m_process; //!< running, or ended by leaving; null before and after Kill
    SwimObserver* m_observer = nullptr;             //!< null: the trace sources
    MessageTracer* m_tracer = nullptr;              //!< null: nobody traces
    std::unique_ptr<TraceSources> m_traceSources;   //!< made when needed
    std::unique_ptr<Extras> m_extras;               //!< made when needed
    std::shared_ptr<const DetectorKind> m_detector; //!< null: SWIM
    std::shared_ptr<Settings>
        m_settings;    //!< equal ones are shared by the applications of a cluster
    Statistics m_past; //!< of processes before that
    uint32_t m_incarnation = 0;
    uint32_t m_launches = 0;
    int64_t m_randomStream = -1; //!< negative: see AssignStreams
    double m_datagramLoss = 0;
    double m_inboundDatagramLoss = 0;
    Time m_slowness;
    uint32_t m_joinRetries = UINT32_MAX;
    Time m_joinRetryInterval;
    Time m_joinRetryJitter;
    bool m_bindToAddress = false;

    TracedCallback<uint32_t, std::string_view, std::string_view, uint32_t, std::string_view>
        m_eventTrace;
    TracedCallback<uint32_t, std::string_view, uint32_t> m_txTrace;
    TracedCallback<uint32_t, std::string_view, uint32_t> m_rxTrace;
};

} // namespace ns3

#endif // SWIM_APPLICATION_H
