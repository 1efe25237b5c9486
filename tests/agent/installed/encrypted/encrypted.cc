// SPDX-License-Identifier: MIT
//
// Two members that share a key, and a third with another one, whom they do not let in.
#include <cstdio>
#include <swim/aes-gcm-cipher.h>
#include <swim/agent.h>
#include <swim/endpoint.h>

namespace
{

swim::AgentOptions Member(const char* name, std::uint8_t key)
{
    const auto keyring = std::make_shared<swim::Keyring>(swim::SecretKey(32, key));
    return {.name = name,
            .bind = "127.0.0.1:0",
            .cipher = std::make_shared<swim::AesGcmCipher>(keyring)};
}

} // namespace

int main()
{
    swim::Agent first(Member("first", 1));
    swim::Agent second(Member("second", 1));
    swim::Agent stranger(Member("stranger", 2));
    const std::string address = swim::FormatAddress(first.AdvertisedAddress());
    const bool joined = second.Join({address}).get().contacted == 1;
    const bool refused = stranger.Join({address}).get().contacted == 0;
    std::printf("joined %d, refused %d, members %zu\n", joined, refused, first.MemberCount());
    return joined && refused && first.MemberCount() == 2 ? 0 : 1;
}
