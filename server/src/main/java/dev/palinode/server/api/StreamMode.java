package dev.palinode.server.api;

import java.util.Locale;

/** How a stream treats text that may still be withdrawn. */
public enum StreamMode {
  /** Sends an answer once it is complete. */
  BUFFERED,
  /** Sends text a window of tokens late; an undo that goes further back ends the stream. */
  HELD_BACK,
  /** Sends text at once, and retractions. */
  RETRACTABLE;

  /** The name on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
