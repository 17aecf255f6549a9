/**
 * Conversations and how they become tokens: messages, chat templates and chat formats.
 *
 * <p>The one rule of this room: <em>content is data</em>. What a person wrote is never read as
 * template syntax and never becomes a control token, whatever it spells.
 */
@NullMarked
package dev.palinode.chat;

import org.jspecify.annotations.NullMarked;
