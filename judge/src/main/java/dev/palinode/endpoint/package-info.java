/**
 * Language models that answer elsewhere: a client of servers with OpenAI's interface (vLLM,
 * llama.cpp, TGI, OpenAI itself).
 *
 * <p>An {@link dev.palinode.endpoint.Endpoint} says where a model is and how patient to be, an
 * {@link dev.palinode.endpoint.EndpointClient} asks it, for a turn of a chat or for the
 * continuation of a text. What goes wrong is an {@link dev.palinode.endpoint.EndpointException},
 * never an answer.
 */
@NullMarked
package dev.palinode.endpoint;

import org.jspecify.annotations.NullMarked;
