/**
 * What answers behind the server: an {@link dev.palinode.server.engine.Engine} gets checked {@link
 * dev.palinode.server.engine.EngineRequest}s and gives {@link
 * dev.palinode.server.engine.AnswerPart}s. It knows nothing of HTTP, and shows everything at once:
 * what plain clients must not see yet is held back by the server.
 */
@NullMarked
package dev.palinode.server.engine;

import org.jspecify.annotations.NullMarked;
