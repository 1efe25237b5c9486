// SPDX-License-Identifier: MIT
//
// Transcripts: what a node is told and all that it does, as text to be read and reviewed.
//
// The node is a; member k of the alphabet lives at 10.0.0.k, port 7946. A transcript is a file of
//
//     # a comment: why this transcript exists, and what to see in it
//     set probe_timeout = 300ms     a parameter, over memberlist-lan; before `know`
//     preset swim                   instead of memberlist-lan
//     seeds bc                      whom seed_interval contacts again; before `know`
//     know abc                      starts node a at 0s, which knows these as alive@1
//     > until 2s                    time passes; every deadline fires when it is due
//     > pause until 20s             time passes, but the node is told only at the end
//     > from b: ack 1, alive c@2    a datagram; parts with commas between them are a compound
//     > from b: hex 07 02           a datagram of these bytes
//     > stream push-pull join, b@1 alive, c@4 dead      somebody opens a stream
//     > answer 1 push-pull, b@1 alive                   our stream 1 is answered
//     > fail 1                                          our stream 1 fails
//     > join bc                     commands of the application
//     > leave
//     > meta TEXT                   changes the metadata
//     > broadcast TEXT              a user broadcast
//     > send b TEXT                 a user message by datagram; `stream-send` by stream
//     > refuse b                    the operating system refused to send a datagram to b
//     > show                        what the node believes
//       0.512s to b: ping 1 b from a, 34 bytes          an output, in the line below its input
//
// Messages: ping SEQ NODE from NODE; ping-req SEQ NODE from NODE [nack]; ack SEQ; nack SEQ;
// alive NODE@INC [at NODE] [with META]; user TEXT; suspect NODE@INC by NODE; dead NODE@INC by NODE.
#pragma once

#include <string>
#include <string_view>

namespace swim
{

/**
 * Plays the inputs of a transcript to a new node.
 * @return the transcript with the outputs that the node gave now, whatever outputs it had
 * @throw std::runtime_error naming the line that cannot be understood
 */
std::string Replay(std::string_view transcript);

} // namespace swim
