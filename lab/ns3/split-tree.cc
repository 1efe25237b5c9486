// SPDX-License-Identifier: GPL-2.0-only
//
// See split-tree.h.
#include "lab/ns3/split-tree.h"

#include "swim/rng.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace swimlab
{

/// In memory that copies share with the run.
struct SplitTree::Shared
{
    std::uint64_t copies;
};

namespace
{

/// What a copy tells at its end. Fits into a pipe, so that telling it never blocks.
struct Answer
{
    std::array<std::uint64_t, SplitTree::MOST_LEVELS + 1> hits{};
    std::array<std::uint64_t, SplitTree::MOST_LEVELS + 1> rises{};
    std::array<char, 512> error{}; ///< empty: none
};

/// @return whether all of it came
bool ReadAll(int descriptor, Answer& answer)
{
    auto* const bytes = reinterpret_cast<char*>(&answer);
    std::size_t have = 0;
    while (have < sizeof(answer))
    {
        const ssize_t more = read(descriptor, bytes + have, sizeof(answer) - have);
        if (more <= 0 && !(more == -1 && errno == EINTR))
        {
            return false;
        }
        have += more > 0 ? static_cast<std::size_t>(more) : 0;
    }
    return true;
}

/// Of two keys that differ at all, everything differs.
std::uint64_t KeyOf(std::uint64_t key, std::uint64_t split, std::uint32_t copy)
{
    std::uint64_t state = key;
    state = swim::SplitMix64(state) ^ split;
    state = swim::SplitMix64(state) ^ copy;
    return swim::SplitMix64(state);
}

} // namespace

SplitTree::SplitTree(std::vector<std::uint32_t> copies,
                     std::uint64_t key,
                     const SplitBounds& bounds)
    : m_copies(std::move(copies)),
      m_key(key),
      m_bounds(bounds),
      m_began(std::chrono::steady_clock::now()),
      m_tally(m_copies.size())
{
    if (m_copies.size() > MOST_LEVELS || std::ranges::count(m_copies, 0U) > 0)
    {
        throw SplitError("there may be " + std::to_string(MOST_LEVELS) +
                         " levels at most, and each asks for 1 copy or more");
    }
    void* const memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
    {
        throw SplitError(std::string("no memory to share with copies: ") + std::strerror(errno));
    }
    m_shared = new (memory) Shared{};
}

SplitTree::~SplitTree()
{
    munmap(m_shared, sizeof(Shared));
}

std::uint64_t SplitTree::Copies() const
{
    return m_shared->copies;
}

double SplitTree::Weight(std::size_t level) const
{
    double weight = 1;
    for (std::size_t below = 0; below < level; ++below)
    {
        weight /= m_copies[below];
    }
    return weight;
}

double SplitTree::WeightedHits() const
{
    double sum = 0;
    for (std::size_t level = 0; level < m_tally.hits.size(); ++level)
    {
        sum += Weight(level) * static_cast<double>(m_tally.hits[level]);
    }
    return sum;
}

void SplitTree::CheckBounds() const
{
    if (m_shared->copies >= m_bounds.copies)
    {
        throw SplitError(
            "more than " + std::to_string(m_bounds.copies) +
            " copies would be needed; fewer copies at each level, or fewer levels, need "
            "less");
    }
    if (std::chrono::steady_clock::now() - m_began > m_bounds.time)
    {
        throw SplitError("it takes longer than " + std::to_string(m_bounds.time.count()) +
                         " s; fewer copies at each level, or fewer levels, take less");
    }
}

std::optional<std::uint64_t> SplitTree::Rise()
{
    ++m_tally.rises.at(m_level);
    const std::uint32_t copies = m_copies.at(m_level);
    ++m_level;
    const std::uint64_t split = m_splits++;
    for (std::uint32_t copy = 1; copy < copies; ++copy)
    {
        CheckBounds();
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0)
        {
            throw SplitError(std::string("no pipe for a copy: ") + std::strerror(errno));
        }
        const pid_t parent = getpid();
        const pid_t process = fork();
        if (process == -1)
        {
            const int error = errno;
            close(ends[0]);
            close(ends[1]);
            throw SplitError(std::string("no process for a copy: ") + std::strerror(error));
        }
        if (process == 0)
        {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent)
            {
                _exit(1); // the parent ended before it could be told
            }
            close(ends[0]);
            BecomeCopy(KeyOf(m_key, split, copy), ends[1]);
            return m_key;
        }
        ++m_shared->copies;
        close(ends[1]);
        Await(process, ends[0]);
    }
    return {};
}

void SplitTree::BecomeCopy(std::uint64_t key, int descriptor)
{
    if (m_answer != -1)
    {
        close(m_answer);
    }
    m_answer = descriptor;
    m_key = key;
    m_born = m_level;
    m_splits = 0;
    m_tally = SplitTally(m_copies.size());
}

void SplitTree::Await(int process, int descriptor)
{
    Answer answer;
    const bool whole = ReadAll(descriptor, answer);
    close(descriptor);
    int status = 0;
    while (waitpid(process, &status, 0) == -1 && errno == EINTR)
    {
    }
    if (!whole)
    {
        throw SplitError(WIFSIGNALED(status)
                             ? "a copy was ended by signal " + std::to_string(WTERMSIG(status))
                             : "a copy ended and told nothing, exit code " +
                                   std::to_string(WEXITSTATUS(status)));
    }
    if (answer.error[0] != '\0')
    {
        throw SplitError(answer.error.data());
    }
    for (std::size_t level = 0; level < m_tally.hits.size(); ++level)
    {
        m_tally.hits[level] += answer.hits[level];
        m_tally.rises[level] += answer.rises[level];
    }
}

void SplitTree::Hit()
{
    ++m_tally.hits[m_level];
    m_plainHits += IsCopy() ? 0 : 1;
}

void SplitTree::FallTo(std::size_t level)
{
    if (level < m_born)
    {
        Tell("");
    }
    m_level = std::min(m_level, level);
}

void SplitTree::EndIfCopy()
{
    if (IsCopy())
    {
        Tell("");
    }
}

void SplitTree::FailIfCopy(const std::string& why)
{
    if (IsCopy())
    {
        Tell(why.empty() ? "a copy failed" : why);
    }
}

/// Without what a program does at its end: files that are open are the run's.
void SplitTree::Tell(const std::string& error)
{
    Answer answer;
    std::ranges::copy(m_tally.hits, answer.hits.begin());
    std::ranges::copy(m_tally.rises, answer.rises.begin());
    error.copy(answer.error.data(), answer.error.size() - 1);
    const ssize_t told = write(m_answer, &answer, sizeof(answer));
    _exit(told == static_cast<ssize_t>(sizeof(answer)) ? 0 : 1);
}

} // namespace swimlab
