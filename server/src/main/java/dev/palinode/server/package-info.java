/**
 * The HTTP server: an OpenAI-compatible endpoint whose streams can take text back. It reads and
 * writes with {@code api}, gets answers from an {@code engine}, and holds back what plain clients
 * must not see yet.
 */
@NullMarked
package dev.palinode.server;

import org.jspecify.annotations.NullMarked;
