package dev.palinode.server.gateway;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Finds the reset token in text that arrives in parts. Text that may be the beginning of the token
 * is kept until more has arrived; so the pieces do not depend on where the parts begin and end.
 *
 * <p>A server that also reports token ids tells the token from text that only spells it: from the
 * first ones on, the token's text counts as often as its id was {@linkplain #announce announced}.
 */
final class ResetScanner {
  /** Text, or a reset token. */
  sealed interface Piece {}

  record Text(String text) implements Piece {}

  record Reset() implements Piece {}

  private final String token;
  private final StringBuilder kept = new StringBuilder();
  private boolean hasIds;
  private int announced;

  /**
   * @param token its text, not empty
   */
  ResetScanner(String token) {
    Validate.isTrue(!token.isEmpty(), "the reset token has no text");
    this.token = token;
  }

  /**
   * The server reported ids: so many of the token, with the next part of the text or a later one.
   */
  void announce(int tokens) {
    hasIds = true;
    announced += tokens;
  }

  /** The pieces that are certain now. */
  List<Piece> add(String part) {
    kept.append(part);
    List<Piece> pieces = new ArrayList<>();
    int begin = 0;
    for (int at = kept.indexOf(token); at >= 0; at = kept.indexOf(token, at)) {
      if (hasIds && announced == 0) {
        at++; // only spelled
        continue;
      }
      announced = Math.max(0, announced - 1);
      addText(begin, at, pieces);
      pieces.add(new Reset());
      at += token.length();
      begin = at;
    }
    int end = Math.max(begin, kept.length() - beginningOfToken());
    addText(begin, end, pieces);
    kept.delete(0, end);
    return pieces;
  }

  /** The text that was kept, once no more follows. */
  String end() {
    String rest = kept.toString();
    kept.setLength(0);
    return rest;
  }

  private void addText(int begin, int end, List<Piece> pieces) {
    if (end > begin) {
      pieces.add(new Text(kept.substring(begin, end)));
    }
  }

  /** Length of the longest end of the text with which the token begins. */
  private int beginningOfToken() {
    for (int length = Math.min(token.length() - 1, kept.length()); length > 0; length--) {
      if (token.startsWith(kept.substring(kept.length() - length))) {
        return length;
      }
    }
    return 0;
  }
}
