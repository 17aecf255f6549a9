/**
 * The gateway: an {@link dev.palinode.server.engine.Engine} whose models are served by other
 * servers with OpenAI's API. It adds what they cannot do: resets, guards that have text undone, and
 * the choice of a server that works.
 */
@NullMarked
package dev.palinode.server.gateway;

import org.jspecify.annotations.NullMarked;
