/**
 * The wire form: OpenAI's requests read strictly, with the fields that are our own, and responses,
 * chunks and errors written. docs/protocol.md describes it.
 */
@NullMarked
package dev.palinode.server.api;

import org.jspecify.annotations.NullMarked;
