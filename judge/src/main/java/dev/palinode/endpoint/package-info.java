/**
 * Served language models: a client of servers with OpenAI's API (vLLM, llama.cpp, TGI, OpenAI).
 *
 * <p>An {@link dev.palinode.endpoint.Endpoint} is the address, timeout and retries of a model. An
 * {@link dev.palinode.endpoint.EndpointClient} requests the next message of a chat or the
 * continuation of a text. A failure is an {@link dev.palinode.endpoint.EndpointException}, never an
 * answer.
 */
@NullMarked
package dev.palinode.endpoint;

import org.jspecify.annotations.NullMarked;
