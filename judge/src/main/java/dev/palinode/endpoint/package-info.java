/**
 * Served language models: a client of servers with OpenAI's API (vLLM, llama.cpp, TGI, OpenAI). A
 * failure is an {@link dev.palinode.endpoint.EndpointException}, never an answer.
 */
@NullMarked
package dev.palinode.endpoint;

import org.jspecify.annotations.NullMarked;
