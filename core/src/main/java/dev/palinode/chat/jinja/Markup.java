package dev.palinode.chat.jinja;

/**
 * What the filter {@code safe} gives. It can be printed, concatenated with {@code ~} and looked at;
 * with {@code +} Jinja2 would escape the other side, so here that is an error.
 */
record Markup(String text) {}
