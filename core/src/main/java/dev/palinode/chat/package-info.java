/**
 * Messages, chat templates and chat formats. The rule here: <em>content is data</em>. The text of a
 * message is never read as template syntax and never becomes a control token, whatever it spells.
 */
@NullMarked
package dev.palinode.chat;

import org.jspecify.annotations.NullMarked;
