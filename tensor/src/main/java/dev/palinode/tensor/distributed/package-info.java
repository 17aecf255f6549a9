/**
 * Processes that compute together: rendezvous, process groups (Gloo, NCCL) and their collectives,
 * and the exception for a lost peer.
 */
@NullMarked
package dev.palinode.tensor.distributed;

import org.jspecify.annotations.NullMarked;
