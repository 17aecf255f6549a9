package dev.palinode.chat.jinja;

/** Python's {@code None}. */
enum None {
  NONE
}
