// SPDX-License-Identifier: MIT
//
// The envelopes that the fuzz target opens and its seeds are sealed in.
#pragma once

#include "swim/envelope.h"

namespace swim::fuzz
{

/// Takes everything for sealed by itself, so that the input gets past it to the layers within. One
/// byte longer, and not the same, so that a layer that is left out shows.
class TrustingCipher : public Cipher
{
  public:
    std::size_t Overhead() const override
    {
        return 1;
    }

    void Seal(wire::Bytes& bytes, std::size_t start, wire::ByteView aad) override
    {
        for (std::size_t i = start; i < bytes.size(); ++i)
        {
            bytes[i] ^= 1;
        }
        bytes.push_back(static_cast<std::uint8_t>(aad.size()));
    }

    bool Open(wire::ByteView sealed, wire::ByteView, wire::Bytes& plain) override
    {
        plain.assign(sealed.begin(), sealed.end() - (sealed.empty() ? 0 : 1));
        for (std::uint8_t& byte : plain)
        {
            byte ^= 1;
        }
        return !sealed.empty();
    }
};

/// The envelope whose settings are the bits of `choice`.
inline Envelope ChosenEnvelope(std::uint8_t choice)
{
    const auto bit = [choice](int number) { return (choice >> number & 1) != 0; };
    Envelope::Settings settings;
    settings.compression = bit(0);
    settings.label = bit(1) ? "blah" : ""; // the label of the vectors
    settings.skipInboundLabelCheck = bit(2);
    settings.verifyIncoming = bit(3);
    settings.verifyOutgoing = bit(4);
    settings.cipher = bit(5) ? std::make_shared<TrustingCipher>() : nullptr;
    return Envelope(settings);
}

} // namespace swim::fuzz
