// SPDX-License-Identifier: GPL-2.0-only
//
// See mapped-file.h.
#include "lab/record/metrics/mapped-file.h"

#include "lab/record/record-error.h"
#include "lab/scenario/sha256.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace swimlab
{

MappedFile::MappedFile(std::filesystem::path path)
    : m_path(std::move(path))
{
    const int file = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
    {
        throw RecordError(
            m_path.string() + ": " +
            (errno == ENOENT ? "no such file; the run is not complete" : std::strerror(errno)));
    }
    struct stat status = {};
    ::fstat(file, &status);
    const auto size = static_cast<std::size_t>(status.st_size);
    void* text = size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    const int error = errno;
    ::close(file);
    if (text == MAP_FAILED)
    {
        throw RecordError(m_path.string() + ": cannot be read: " + std::strerror(error));
    }
    if (text != nullptr)
    {
        ::madvise(text, size, MADV_SEQUENTIAL);
    }
    m_text = {static_cast<const char*>(text), size};
}

MappedFile::~MappedFile()
{
    if (!m_text.empty())
    {
        ::munmap(const_cast<char*>(m_text.data()), m_text.size());
    }
}

std::string MappedFile::Sha256() const
{
    return Sha256OfBytes(m_text);
}

void MappedFile::Refuse(const char* at, const std::string& complaint) const
{
    const auto line = 1 + std::count(m_text.data(), at, '\n');
    throw RecordError(m_path.string() + ":" + std::to_string(line) + ": " + complaint);
}

} // namespace swimlab
