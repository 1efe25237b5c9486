// SPDX-License-Identifier: MIT
//
// What a stranger can do to an agent: a bare socket, from an address of choice.
#pragma once

#include "swim/endpoint.h"
#include "swim/wire.h"

#include <arpa/inet.h>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace swim
{

class RawSocket
{
  public:
    /// @param type SOCK_DGRAM or SOCK_STREAM @param from "127.0.0.2"
    RawSocket(int type, const std::string& from)
        : m_socket(socket(AF_INET, type, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        inet_pton(AF_INET, from.c_str(), &address.sin_addr);
        bind(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }

    RawSocket(RawSocket&& other) noexcept
        : m_socket(std::exchange(other.m_socket, -1))
    {
    }

    ~RawSocket()
    {
        if (m_socket >= 0)
        {
            close(m_socket);
        }
    }

    /// Of a datagram socket: where it sends.
    bool Connect(const Address& to)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(to.port);
        std::memcpy(&address.sin_addr, to.bytes.data(), sizeof address.sin_addr);
        return connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    bool Send(ByteView bytes)
    {
        return send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }

    /// Waits until something comes, or the other side closes. @return how many bytes came
    std::size_t Receive()
    {
        std::array<std::uint8_t, 65536> bytes;
        const ssize_t size = recv(m_socket, bytes.data(), bytes.size(), 0);
        return size > 0 ? static_cast<std::size_t>(size) : 0;
    }

  private:
    int m_socket;
};

} // namespace swim
