/**
 * Processes that compute together: rendezvous, process groups (Gloo, NCCL) and their collectives,
 * and what is reported when a peer is lost.
 */
@NullMarked
package dev.palinode.tensor.distributed;

import org.jspecify.annotations.NullMarked;
